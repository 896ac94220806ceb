"""Why an underwriter decided as they did; codes for the statistics, words for the list."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# Cases store where their time limit comes from as `rules.deadlines` writes it; pages say it in the reader's language.
DEADLINE_SOURCES = (
    gettext_noop("House promise: 3 days"),
    gettext_noop("Service rules for personal insurance, 2010 no. 4 (check)"),
)


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
