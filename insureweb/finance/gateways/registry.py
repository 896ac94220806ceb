"""Which gateways this installation uses: the codes in `settings.PAYMENT_GATEWAYS`."""

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from insureweb.finance.gateways.base import Gateway
from insureweb.finance.gateways.sandbox.client import SandboxGateway
from insureweb.kernel.checks import Refused

KNOWN: dict[str, Callable[[], Gateway]] = {"sandbox": SandboxGateway}


def gateway_named(code: str) -> Gateway:
    """The gateway of that code.

    Raises:
        Refused: this installation does not use it.
    """
    if code not in KNOWN or code not in gateway_codes():
        raise Refused("gateway_unknown", _("This way to pay is not available."), field="gateway")
    return KNOWN[code]()


def gateway_codes() -> list[str]:
    """Codes in use. The sandbox moves no real money and counts only where `SANDBOX_GATEWAY` is on."""
    return [code for code in settings.PAYMENT_GATEWAYS if code != "sandbox" or settings.SANDBOX_GATEWAY]


def default_gateway() -> str:
    """The first gateway in use; payouts leave through it unless told otherwise.

    Raises:
        Refused: this installation uses none.
    """
    codes = gateway_codes()
    if not codes:
        raise Refused("gateway_unknown", _("No payment gateway is set up."), field="gateway")
    return codes[0]
