"""One way of logging for our code, Django, Celery and gunicorn: masked, with the request id, as JSON or for reading."""

from collections.abc import MutableMapping
from typing import Any

import structlog

from insureweb.kernel.context import current
from insureweb.ops.masking import mask_event

Event = MutableMapping[str, Any]


def add_request_id(_logger: object, _method: str, event: Event) -> Event:
    """The id that history rows and the answer's X-Request-ID header carry too."""
    request_id = current().request_id
    if request_id:
        event["request_id"] = request_id
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    add_request_id,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    structlog.processors.UnicodeDecoder(),
]


def configure_structlog() -> None:
    """Let structlog hand its events to the standard library, whose formatter masks and renders them."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatter(renderer: Any) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *SHARED],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask_event, renderer],
    }


def logging_settings(*, style: str, level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING. `style` is "json" for machines or "plain" for a person at a terminal."""
    renderers = {
        "json": structlog.processors.JSONRenderer(ensure_ascii=False),
        "plain": structlog.dev.ConsoleRenderer(colors=False),
    }
    if style not in renderers:
        raise ValueError(f"LOG_STYLE is {style!r}; it may be json or plain.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"masked": formatter(renderers[style])},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "masked"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            # Celery tells every task twice; the outbox and the scheduler send many.
            "celery": _logger("WARNING"),
            **{
                name: _logger(level)
                for name in (
                    "insureweb", "customers", "products", "policies", "claims", "risk",
                    "django", "django_structlog", "gunicorn.error",
                )
            },
        },
    }  # fmt: skip


def _logger(level: str) -> dict[str, Any]:
    return {"handlers": ["console"], "level": level, "propagate": False}
