from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    name = "policies"
    label = "policies"
    verbose_name = _("Policies")

    def ready(self) -> None:
        """Answer finance about orders and underwriting about applications; listen to our own events."""
        from insureweb.finance.ports import register_payment_handler  # noqa: PLC0415  models load first
        from policies.contract import listeners as contract_listeners  # noqa: F401, PLC0415
        from policies.offers.rosters import listeners as roster_listeners  # noqa: F401, PLC0415
        from policies.sale import listeners as sale_listeners  # noqa: F401, PLC0415
        from policies.sale.cases import ApplicationSubject  # noqa: PLC0415
        from policies.sale.payments import OrderPayments  # noqa: PLC0415
        from policies.trials import listeners as trial_listeners  # noqa: F401, PLC0415
        from policies.underwriting.ports import register_subject  # noqa: PLC0415

        register_payment_handler("order", OrderPayments())
        register_subject("application", ApplicationSubject())
