"""The roles of the house; each is a Django group made by `manage.py create_roles`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    UNDERWRITER = "underwriter", _("Underwriter")
    CLAIMS_ADJUSTER = "claims_adjuster", _("Claims adjuster")
    CLAIMS_APPROVER = "claims_approver", _("Claims approver")
    CUSTOMER_SERVICE = "customer_service", _("Customer service")
    PRODUCT_MANAGER = "product_manager", _("Product manager")
    MARKETER = "marketer", _("Marketer")
    RISK_MANAGER = "risk_manager", _("Risk manager")
    FINANCE = "finance", _("Finance")
    AUDITOR = "auditor", _("Auditor")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
