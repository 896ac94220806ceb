"""The codes that staff's authenticator apps show right now; for the demo, where nobody has set up an app."""

import time
from dataclasses import dataclass

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt


@dataclass(frozen=True)
class StaffCode:
    email: str
    code: str
    seconds_left: int


def current_staff_codes() -> list[StaffCode]:
    """One code for each member of staff with an authenticator. Only the development page may show them."""
    period = app_settings.TOTP_PERIOD
    counter, passed = divmod(int(time.time()), period)
    found = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__is_staff=True).select_related("user")
    return [
        StaffCode(
            email=item.user.email,
            code=format_hotp_value(hotp_value(decrypt(item.data["secret"]), counter)),
            seconds_left=period - passed,
        )
        for item in found.order_by("user__email")
    ]
