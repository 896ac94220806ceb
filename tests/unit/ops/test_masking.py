"""Personal data and secrets do not reach the log. Every person and number here is invented."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from logging.config import dictConfig

import pytest
import structlog

from insureweb.ops.logs import configure_structlog, logging_settings
from insureweb.ops.masking import MASK, mask_text, mask_value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to lin.xiao@example.com failed", "mail to [email] failed"),
        ("member 11010519491231002X denied", "member [identity] denied"),
        ("证件号11010519491231002X。", "证件号[identity]。"),
        ("call 13800138000 now", "call [phone] now"),
        ("call +86 138-0013-8000 now", "call [phone] now"),
        ("card 4111 1111 1111 1111 used", "card [card] used"),
        ("card 6222021234567890128", "card [card]"),
        ("Bearer abcdefgh12345678", "Bearer [token]"),
        ("GET /q/?token=abc123&page=2", "GET /q/?token=****&page=2"),
        ("GET /q/?owner_token=abc123", "GET /q/?owner_token=****"),
        ("your code: ABC-123", "your code: ****"),
        ("验证码是482913", "验证码是****"),
        ("redis://:hunter2@cache:6379/0", "redis://:****@cache:6379/0"),
        ("Key (email)=(a@example.com) already exists.", "Key (email)=([value]) already exists."),
        ("DETAIL:  Failing row contains (1, 林小安, 1990-01-01).", "DETAIL:  Failing row contains ([row])."),
        ('{"password": "hunter22"}', '{"password": "****"}'),
    ],
)
def test_text_is_masked(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "GET /products/term-life/",
        "policy BD20261100000017-4 issued",
        "status code 200 in 12.345 s",
        "amount 174.25 CNY, order 2026112200001",
        "request 7b0e3a52-9f3d-4c1e-8a77-2f1d3b9c5e10",
        "2026-11-22T15:09:07.524087Z",
        "hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert mask_text(text) == text


def test_values_are_masked_by_their_name_at_any_depth() -> None:
    event = {"user": {"full_name": "林小安", "Phone": "1", "level": 3}, "code": 404, "items": [{"password": "x"}]}
    assert mask_value(event) == {
        "user": {"full_name": MASK, "Phone": MASK, "level": 3},
        "code": 404,
        "items": [{"password": MASK}],
    }


def test_a_number_that_is_a_phone_is_masked() -> None:
    assert mask_value(13800138000) == "[phone]"


class Applicant:
    def __str__(self) -> str:
        return "lin.xiao@example.com"


@pytest.fixture
def log() -> Iterator[Callable[[str], StringIO]]:
    """Set up the real configuration in one style and collect what it writes."""

    def start(style: str) -> StringIO:
        dictConfig(logging_settings(style=style))
        configure_structlog()
        written = StringIO()
        logging.getLogger("insureweb").handlers[0].setStream(written)
        return written

    yield start
    dictConfig({"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING", "handlers": []}})
    logging.getLogger("insureweb").handlers.clear()
    logging.getLogger("insureweb").propagate = True


def test_every_way_of_logging_ends_in_masked_json(log: Callable[[str], StringIO]) -> None:
    written = log("json")
    logger = logging.getLogger("insureweb.somewhere")
    logger.warning("mail to %s", Applicant())
    logger.warning("with extra", extra={"phone": "13800138000", "policy": "BD1"})
    structlog.get_logger("insureweb.elsewhere").warning("event", applicant=Applicant(), id_number="1101051949")
    try:
        raise ValueError("no such person: 11010519491231002X")
    except ValueError:
        logger.exception("failed")
    text = written.getvalue()
    for secret in ("lin.xiao", "13800138000", "11010519491231002X"):
        assert secret not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["event"] for line in lines] == ["mail to [email]", "with extra", "event", "failed"]
    assert lines[1]["policy"] == "BD1"
    assert "[identity]" in lines[3]["exception"]


def test_the_readable_style_is_masked_too(log: Callable[[str], StringIO]) -> None:
    written = log("plain")
    try:
        raise ValueError("lin.xiao@example.com")
    except ValueError:
        logging.getLogger("insureweb.somewhere").exception("failed")
    text = written.getvalue()
    assert "lin.xiao" not in text
    assert "[email]" in text


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="LOG_STYLE"):
        logging_settings(style="xml")
