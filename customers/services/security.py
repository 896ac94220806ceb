"""Wrong codes at the door."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.models import FailureKind, LoginFailure
from customers.models.users import masked_email, normalised_email
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.sealed import blind_index

WINDOW = timedelta(hours=1)


def address_index(address: str) -> str:
    return blind_index("customers_loginfailure.address", normalised_email(address))


@use_case
def record_login_failure(
    *, kind: FailureKind, address: str, network_address: str | None, by: Actor, at: datetime
) -> LoginFailure:
    """Keep one wrong code, for known and unknown addresses alike."""
    return LoginFailure.objects.create(
        kind=kind,
        address_index=address_index(address),
        address_masked=masked_email(normalised_email(address)),
        network_address=network_address,
        at=at,
    )


def check_failures(*, address: str, at: datetime) -> None:
    """Whether the address may try again.

    Raises:
        Refused: too many wrong codes within the hour, from wherever they came.
    """
    recent = LoginFailure.objects.filter(address_index=address_index(address), at__gt=at - WINDOW)
    if recent[: settings.LOGIN_FAILURES_AN_HOUR].count() >= settings.LOGIN_FAILURES_AN_HOUR:
        raise Refused(
            "too_many_failures",
            _("There were too many wrong codes for this address. Try again in an hour, or talk to us."),
            field="code",
        )
