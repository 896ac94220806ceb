"""Probes for whatever keeps the processes running; they carry no personal data and need no login."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from insureweb.ops import probes

logger = structlog.get_logger(__name__)
CHECKS: dict[str, Callable[[], None]] = {
    "database": probes.database_answers,
    "migrations": probes.nothing_pending,
    "cache": probes.cache_answers,
}


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up: no database, no cache, so that an outage elsewhere does not restart healthy processes."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether visitors can be served; 503 names what is missing, and the log says why."""
    missing = []
    for name, check in CHECKS.items():
        try:
            check()
        except Exception as error:  # noqa: BLE001  whatever is wrong, the probe's answer is "not ready"
            logger.warning("not_ready", check=name, error=f"{type(error).__name__}: {error}")
            missing.append(name)
    return JsonResponse({"ready": not missing, "missing": missing}, status=503 if missing else 200)
