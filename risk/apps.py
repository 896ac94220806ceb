from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RiskConfig(AppConfig):
    name = "risk"
    label = "risk"
    verbose_name = _("Risk")

    def ready(self) -> None:
        """Listen to what happens, and answer policies before it asks for money and while it binds."""
        from policies.contract.ports import register_binding_check, register_sale_check  # noqa: PLC0415  models must be loaded first
        from products.ports import register_sale_stop  # noqa: PLC0415
        from risk import listeners  # noqa: F401, PLC0415
        from risk.services.pauses import check_not_paused, paused_products  # noqa: PLC0415

        register_binding_check(check_not_paused)
        register_sale_check(check_not_paused)
        register_sale_stop(paused_products)
