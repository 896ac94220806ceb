"""Partners and their keys, and believing a signed request."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from insureweb.api.models import Partner, PartnerKey, PartnerNonce
from insureweb.api.rules.signatures import CLOCK_TOLERANCE, SignatureInvalid, SignedRequest
from insureweb.kernel.actors import Actor, ActorKind
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized

NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and, once, its secret."""

    key: PartnerKey
    secret: str


@use_case
def create_key(
    *, partner_code: str, partner_name: Localized | None, sandbox: bool, courier: bool = False, by: Actor, at: datetime
) -> NewKey:
    """A further key of a partner; the partner is made when a name is given and it does not exist.

    `courier` lets a partner that is made now tell deliveries for policies it did not sell.

    Raises:
        Refused: there is no such partner and no name to make it.
    """
    partner = Partner.objects.filter(code=partner_code).first()
    if partner is None:
        if partner_name is None:
            raise Refused("unknown_partner", _("There is no such partner. Give its name in both languages."), "partner")
        partner = Partner.objects.create(code=partner_code, name=partner_name, is_courier=courier, created_at=at)
    secret = secrets.token_hex(32)
    key = PartnerKey.objects.create(
        partner=partner,
        key_id=f"{'test' if sandbox else 'live'}_{secrets.token_hex(10)}",
        secret=secret,
        is_sandbox=sandbox,
        created_at=at,
    )
    return NewKey(key, secret)


@use_case
def revoke_key(*, key: PartnerKey, by: Actor, at: datetime, reason: str = "") -> PartnerKey:
    """The key opens nothing from now on. Raises `Refused` when it was revoked before."""
    locked = PartnerKey.objects.select_for_update().get(pk=key.pk)
    if locked.revoked_at is not None:
        raise Refused("revoked_already", _("This key was revoked already."))
    locked.revoked_at = at
    locked.save(update_fields=["revoked_at"])
    return locked


def believe(signed: SignedRequest, *, method: str, address: str, body: bytes, at: datetime) -> PartnerKey:
    """The key a request was signed with; its nonce is used up.

    An unknown or revoked key takes the same way and the same time as a wrong signature.

    Raises:
        SignatureInvalid: anything does not fit, or the nonce was used before.
    """
    signed.check_fresh(at)
    signed.check_body(body)
    key = PartnerKey.objects.select_related("partner").filter(key_id=signed.key_id, revoked_at__isnull=True).first()
    signed.check_signature(key.secret.open() if key else NOBODY, method, address)
    if key is None:
        raise SignatureInvalid("signature_wrong")
    try:
        with transaction.atomic():
            PartnerNonce.objects.create(key=key, nonce=signed.nonce, at=at)
    except IntegrityError:
        raise SignatureInvalid("nonce_used") from None
    return key


def actor_for(key: PartnerKey) -> Actor:
    return Actor(ActorKind.PARTNER.value, key.key_id, key.partner.code)


@use_case
def forget_nonces(*, by: Actor, at: datetime) -> int:
    """Drop nonces whose time could no longer be fresh; how many there were."""
    count, _rows = PartnerNonce.objects.filter(at__lt=at - 3 * CLOCK_TOLERANCE).delete()
    return count
