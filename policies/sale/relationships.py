"""Words for how people belong together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Relationship(models.TextChoices):
    """What the insured is to the policyholder, or a beneficiary to the insured."""

    SELF = "self", _("Myself")
    SPOUSE = "spouse", _("Husband or wife")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Father or mother")
    FAMILY = "family", _("Another close relative")
    EMPLOYEE = "employee", _("Somebody who works for me")
    OTHER = "other", _("Somebody else")
    STAFF = "staff", _("Staff of the company")
