from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "claims"
    label = "claims"
    verbose_name = _("Claims")

    def ready(self) -> None:
        """Listen to what happens, and answer finance about payouts."""
        from claims import listeners  # noqa: F401, PLC0415  models must be loaded first
        from claims.cancellation import check_nothing_was_paid  # noqa: PLC0415
        from claims.payouts import ClaimPayoutHandler  # noqa: PLC0415
        from insureweb.finance.ports import register_payout_handler  # noqa: PLC0415
        from policies.contract.ports import register_cancellation_check  # noqa: PLC0415

        register_cancellation_check(check_nothing_was_paid)
        register_payout_handler("claim", ClaimPayoutHandler())
