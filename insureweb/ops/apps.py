from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from insureweb.ops.logs import configure_structlog


class OpsConfig(AppConfig):
    name = "insureweb.ops"
    label = "ops"
    verbose_name = _("Operations")

    def ready(self) -> None:
        configure_structlog()
