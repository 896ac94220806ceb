"""Who acts. Below the customers app nobody knows the user model: an actor is a kind, an id and a label."""

from dataclasses import dataclass, field
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    ANONYMOUS = "anonymous", _("Visitor")
    CUSTOMER = "customer", _("Customer")
    STAFF = "staff", _("Staff")
    PARTNER = "partner", _("Partner")
    GATEWAY = "gateway", _("Payment gateway")
    SYSTEM = "system", _("System")


# What a reader sees for the parts of the house that act on their own; others show the name they act under.
MACHINES: dict[str, Any] = {
    "api": _("Partner interface"),
    "claims": _("Automatic claims handling"),
    "clock": _("Daily routine"),
    "documents": _("Document service"),
    "gateway-sender": _("Payment service"),
    "helpdesk": _("Service desk"),
    "load_mortality": _("Import of a mortality table"),
    "load_product": _("Import of a product file"),
    "orders": _("Order handling"),
    "policies": _("Policy administration"),
    "portfolio": _("Sample data"),
    "postman": _("Mail service"),
    "publish_product": _("Release of a product file"),
    "relay": _("Event relay"),
    "risk": _("Risk monitoring"),
    "rosters": _("Roster intake"),
    "sale": _("Sales handling"),
    "schedule": _("Daily routine"),
    "suspense": _("Clearing of unassigned payments"),
    "version runs": _("Try-outs of a version"),
}


def who_did(kind: str, label: str) -> str:
    """The name of who acted, for a reader: a machine of the house is told in words."""
    return str(MACHINES.get(label, label)) if kind == ActorKind.SYSTEM else label


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or machine that does something.

    `label` is what a reader of the history sees; for customers it is masked before it gets here.
    `roles` are the group names a member of staff holds; other kinds have none.
    """

    kind: str
    id: str
    label: str
    roles: frozenset[str] = field(default=frozenset())

    @classmethod
    def system(cls, name: str) -> Self:
        return cls(ActorKind.SYSTEM.value, name, name)

    @classmethod
    def anonymous(cls) -> Self:
        return cls(ActorKind.ANONYMOUS.value, "", "visitor")

    def is_one_of(self, owners: frozenset[str] | set[str]) -> bool:
        """True when the actor's kind or one of its roles is among the owners."""
        return self.kind in owners or not self.roles.isdisjoint(owners)

    def same_person_as(self, kind: str, identifier: str) -> bool:
        return (self.kind, self.id) == (kind, identifier)
