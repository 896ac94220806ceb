"""Why an underwriter decided as they did; codes for the statistics, words for the list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReasonCode(models.TextChoices):
    RECORDS_CLEAR = "records_clear", _("The records show nothing against it")
    CONTROLLED = "controlled", _("A condition, well controlled")
    HIGHER_RISK = "higher_risk", _("A higher health risk")
    FINDING_UNCLEAR = "finding_unclear", _("A finding is not yet explained")
    OCCUPATION = "occupation", _("The occupation")
    SUM_TOO_HIGH = "sum_too_high", _("The sum does not fit the means")
    CONSENT_MISSING = "consent_missing", _("The insured has not agreed")
    CONSENT_GIVEN = "consent_given", _("The insured has agreed")
    NOT_SUITABLE = "not_suitable", _("The product does not suit the purpose")
    SUITABLE = "suitable", _("A person confirmed that it suits")
