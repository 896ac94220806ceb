"""Hashes of what a buyer is shown: consents, wordings, the product version."""

import functools
import hashlib

from products.compiled import CompiledProduct
from products.rules.definition import Consent


def consent_hash(product: CompiledProduct, consent: Consent, language: str) -> str:
    """SHA-256 of the consent's text in the language it was read in."""
    return hashlib.sha256(consent.text.get(language).encode()).hexdigest()


@functools.lru_cache(maxsize=512)
def _shown(product: CompiledProduct, language: str) -> tuple[tuple[str, str], ...]:
    texts = {"product": product.content_hash}
    for wording in product.wordings:
        texts[f"wording:{wording.key}"] = hashlib.sha256(wording.text.get(language).encode()).hexdigest()
    for consent in product.consents:
        texts[f"consent:{consent.key}"] = consent_hash(product, consent, language)
    return tuple(texts.items())


def versions_shown(product: CompiledProduct, language: str) -> dict[str, str]:
    """Every text of the product by its hash, in the reader's language."""
    return dict(_shown(product, language))
