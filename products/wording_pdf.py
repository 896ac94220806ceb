"""A wording as a PDF: typeset from the frozen text, so it is made once for each content and language and kept."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache

from insureweb.documents.rendering import Frame, in_language, render, template_hash
from insureweb.documents.rules.shapes import check_shape
from insureweb.kernel.localized import LANGUAGES
from products.models import ProductVersion
from products.rules.definition import Definition
from products.rules.wording import Clause, Wording
from products.wording_text import blocks

TEMPLATE = "wording.typ"
KEPT_SECONDS = 30 * 24 * 3600


def wording_pdf(version: ProductVersion, definition: Definition, wording: Wording, language: str) -> bytes:
    """The PDF in one language; the same bytes for the same content, whoever asks and whenever."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    key = f"products:wording:{version.content_hash}:{wording.key}:{language}:{template_hash(TEMPLATE)[:16]}"
    found: bytes | None = cache.get(key)
    if found is None:
        found = _typeset(version, definition, wording, language)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _typeset(version: ProductVersion, definition: Definition, wording: Wording, language: str) -> bytes:
    data: dict[str, Any] = {
        "product": definition.name,
        "insurer": version.product.insurer.name,
        "filing_number": definition.filing.number if definition.filing else "",
        "version": wording.version,
        "clauses": [_clause(clause, language) for clause in wording.clauses],
    }
    check_shape(TEMPLATE, data)
    dated: datetime = version.published_at or version.loaded_at
    frame = Frame(
        brand=settings.BRAND["name"][language],
        phone=settings.BRAND["phone"],
        number=wording.registered_number,
        title=wording.title.get(language),
        code=version.content_hash[:12],
        address=definition.code,
        issued_at=dated,
    )
    return render(TEMPLATE, in_language(TEMPLATE, data, language), language, frame)


def _clause(clause: Clause, language: str) -> dict[str, Any]:
    parts = [
        {
            "kind": "list" if block.is_list else "paragraph",
            "lines": [
                [{"text": run.text, "bold": "bold" if run.is_bold else ""} for run in line] for line in block.lines
            ],
        }
        for block in blocks(clause.body.get(language))
    ]
    return {"number": clause.number, "title": clause.title, "depth": str(clause.depth), "blocks": parts}
