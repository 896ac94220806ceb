"""Quotes a partner asks for, each request carried out once."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from insureweb.api.models import PartnerCall, PartnerKey, PartnerQuote
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from policies.offers.rules.tokens import new_token
from policies.offers.services import create_quote

KEY_LENGTH = range(8, 65)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and whether it was given before."""

    answer: dict[str, Any]
    is_repeat: bool


@use_case
def create_partner_quote(
    *, key: PartnerKey, product_code: str, raw_facts: Mapping[str, Any], plan: str, idempotency_key: str,
    told: Callable[[PartnerQuote], dict[str, Any]], by: Actor, at: datetime,
) -> Answered:  # fmt: skip
    """Make a quote once for this idempotency key; `told` puts it into the words of the API.

    A second request with the same key waits for the first and gets its answer.

    Raises:
        Refused: the key is malformed or was used for another request.
        ProductNotOnSale, FactsInvalid, Refused: as `create_quote`; the key stays free.
    """
    _check_key(idempotency_key)
    fingerprint = _fingerprint(product_code, raw_facts, plan)
    known = _known(key, idempotency_key, fingerprint)
    if known is not None:
        return known
    token = new_token()
    try:
        with transaction.atomic():
            quote = create_quote(
                product_code=product_code,
                raw_facts=raw_facts,
                plan=plan,
                owner_token=token,
                channel="partner",
                by=by,
                at=at,
            )
            ours = PartnerQuote.objects.create(
                partner=key.partner, quote=quote, is_sandbox=key.is_sandbox, owner_token=token, at=at
            )
            call = PartnerCall.objects.create(
                partner=key.partner, is_sandbox=key.is_sandbox, idempotency_key=idempotency_key,
                fingerprint=fingerprint, answer=_plain(told(ours)), at=at,
            )  # fmt: skip
    except IntegrityError:
        # Somebody was quicker with the same key; our quote is undone.
        known = _known(key, idempotency_key, fingerprint)
        if known is None:
            raise
        return known
    return Answered(call.answer, is_repeat=False)


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    """As it is stored and sent, so that the repeat says exactly the same."""
    read: dict[str, Any] = json.loads(json.dumps(answer, cls=DjangoJSONEncoder))
    return read


def _check_key(idempotency_key: str) -> None:
    if len(idempotency_key) not in KEY_LENGTH or not (idempotency_key.isascii() and idempotency_key.isprintable()):
        raise Refused(
            "idempotency_key",
            _("Send an Idempotency-Key of 8 to 64 characters, new for each request."),
            "Idempotency-Key",
        )


def _fingerprint(product_code: str, raw_facts: Mapping[str, Any], plan: str) -> str:
    text = json.dumps([product_code, plan, dict(raw_facts)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _known(key: PartnerKey, idempotency_key: str, fingerprint: str) -> Answered | None:
    call = PartnerCall.objects.filter(
        partner=key.partner, is_sandbox=key.is_sandbox, idempotency_key=idempotency_key
    ).first()
    if call is None:
        return None
    if call.fingerprint != fingerprint:
        raise Refused("idempotency_key_reused", _("This Idempotency-Key was used for another request."))
    return Answered(call.answer, is_repeat=True)
