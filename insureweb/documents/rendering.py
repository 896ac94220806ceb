"""Typesetting: data and words in, PDF bytes out. The same input gives the same bytes."""

import functools
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from insureweb.documents.rules.languages import Words, amount_in_words, printed
from insureweb.documents.rules.shapes import SHAPES
from insureweb.kernel.money import Money
from insureweb.kernel.periods import BUSINESS_ZONE

FOLDER = Path(__file__).parent / "typst"
SHARED = ("style.typ", "words.yaml")
# The sum a document repeats in capitals, by template.
SUM_IN_WORDS = {"policy.typ": "premium", "claim_letter.typ": "total"}
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Frame:
    """What the house adds to every document: who issues it, its number, where it can be checked."""

    brand: str
    phone: str
    number: str
    title: str
    code: str
    address: str
    issued_at: datetime


@functools.cache
def all_words() -> dict[str, Words]:
    """The fixed words by language."""
    words: dict[str, Words] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return words


@functools.cache
def template_hash(template: str) -> str:
    """SHA-256 over the template and what it shares with the others: the version that printed a document."""
    if template not in SHAPES:
        raise KeyError(template)
    digest = hashlib.sha256()
    for name in (template, *SHARED):
        digest.update((FOLDER / name).read_bytes())
    return digest.hexdigest()


@functools.cache
def _compiler() -> Any:
    # Both are needed only where documents are made; the font alone is 33 MB.
    import manimgx_fonts_cjk  # noqa: PLC0415
    import typst  # noqa: PLC0415

    folder = Path(manimgx_fonts_cjk.__file__).parent
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    return typst.Compiler(root=str(FOLDER), font_paths=fonts)


def in_language(template: str, data: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data as it is printed in one language; kept with the document so that it can be printed again."""
    words = all_words()[language]
    total = data.get(SUM_IN_WORDS.get(template, ""))
    shown: dict[str, Any] = printed(data, language, words)
    return {"data": shown, "in_words": amount_in_words(total, words) if isinstance(total, Money) else ""}


@functools.lru_cache(maxsize=16)  # both languages of a document carry the same one
def qr_code(text: str) -> str:
    """The code as an SVG picture."""
    import segno  # noqa: PLC0415  needed only where documents are made

    picture: str = segno.make(text, error="m", micro=False).svg_inline(border=0, dark="#11252b")
    return picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def render(template: str, shown: Mapping[str, Any], language: str, frame: Frame) -> bytes:
    """The PDF of data made by `in_language`. About 10 ms; 0.4 s for the first in a process."""
    words = all_words()[language]
    local = frame.issued_at.astimezone(BUSINESS_ZONE)
    around = {
        "brand": frame.brand,
        "phone": frame.phone,
        "number": frame.number,
        "title": frame.title,
        "code": frame.code,
        "address": frame.address,
        "issued": printed(frame.issued_at, language, words),
        "day": [local.year, local.month, local.day],
        "in_words": shown["in_words"],
    }
    inputs = {
        "frame": json.dumps(around, ensure_ascii=False),
        "words": json.dumps(words, ensure_ascii=False),
        "data": json.dumps(shown["data"], ensure_ascii=False),
        "qr": qr_code(frame.address),
    }
    with _one_at_a_time:
        pdf: bytes = _compiler().compile(
            input=str(FOLDER / template), format="pdf", sys_inputs=inputs, timestamp=int(frame.issued_at.timestamp())
        )
    return pdf
