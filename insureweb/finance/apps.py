from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    name = "insureweb.finance"
    label = "finance"
    verbose_name = _("Finance")

    def ready(self) -> None:
        from insureweb.finance import listeners  # noqa: F401, PLC0415  registers them
        from insureweb.finance.gateways.sandbox import listeners as sandbox  # noqa: F401, PLC0415
