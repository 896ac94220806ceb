"""The second factor of staff: its mark in the session, and its secret sealed at rest."""

from typing import Any
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from insureweb.kernel.sealed import seal, unseal

SESSION_MARK = "second_factor_of"
PLACE = "mfa_authenticator.data"
# The library gives no row at sealing time; the place alone binds the value.
NO_ROW = UUID(int=0)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed; staff cannot remove their last factor."""

    def encrypt(self, text: str) -> str:
        return seal(text, place=PLACE, row=NO_ROW).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), place=PLACE, row=NO_ROW)

    def get_totp_issuer(self) -> str:
        return str(settings.BRAND["name"]["en"])

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not authenticator.user.is_staff


@receiver(authenticator_added)
def remember_new_factor(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Who has just enrolled has just shown the factor."""
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[SESSION_MARK] = str(user.pk)
