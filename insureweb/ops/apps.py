from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from insureweb.ops.logs import configure_structlog


class OpsConfig(AppConfig):
    name = "insureweb.ops"
    label = "ops"
    verbose_name = _("Operations")

    def ready(self) -> None:
        configure_structlog()
        import_string(settings.CELERY_APPLICATION)
