"""The life of an issued document."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine


class DocumentState(models.TextChoices):
    ISSUED = "issued", _("Valid")
    SUPERSEDED = "superseded", _("Replaced by a newer one")
    REVOKED = "revoked", _("Withdrawn")


DOCUMENT_MACHINE = StateMachine(
    "document",
    DocumentState,
    initial={DocumentState.ISSUED},
    moves={
        (DocumentState.ISSUED, DocumentState.SUPERSEDED): {"system", "staff", "customer"},
        (DocumentState.ISSUED, DocumentState.REVOKED): {"system", "staff"},
    },
)
