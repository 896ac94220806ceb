from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        # Accounts can only be read once the models are loaded.
        from customers import listeners  # noqa: F401, PLC0415
        from customers.actors import actor_from  # noqa: PLC0415
        from insureweb.audit.back_office.ports import register_actor_source  # noqa: PLC0415

        register_actor_source(actor_from)
