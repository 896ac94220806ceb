"""The roles of the house, what each may see and change, and which nobody may hold together.

This table is the only source: `manage.py create_roles` makes the groups from it, `manage.py list_roles` writes
docs/reference/roles.md, a trigger on the roles people hold refuses what must be two people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    UNDERWRITER = "underwriter", _("Underwriter")
    CLAIMS_ADJUSTER = "claims_adjuster", _("Claims adjuster")
    CLAIMS_APPROVER = "claims_approver", _("Claims approver")
    CUSTOMER_SERVICE = "customer_service", _("Customer service")
    PRODUCT_MANAGER = "product_manager", _("Product manager")
    ACTUARY = "actuary", _("Actuary")
    MARKETER = "marketer", _("Marketer")
    RISK_MANAGER = "risk_manager", _("Risk manager")
    FINANCE = "finance", _("Finance")
    AUDITOR = "auditor", _("Auditor")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do in one app: view, or view, add and change; on all its models or on those named."""

    app: str
    models: tuple[str, ...] = ()
    actions: tuple[str, ...] = ("view",)


def sees(app: str, *names: str) -> Grant:
    return Grant(app, names)


def works_on(app: str, *names: str) -> Grant:
    return Grant(app, names, ("view", "add", "change"))


BUSINESS_APPS = ("customers", "products", "policies", "claims", "finance", "documents", "helpdesk", "risk", "pages")

GRANTS: dict[Role, tuple[Grant, ...]] = {
    Role.UNDERWRITER: (
        works_on("policies"), sees("products"), sees("customers", "party", "consent"), sees("documents"),
    ),
    Role.CLAIMS_ADJUSTER: (
        works_on("claims"), sees("policies"), sees("products"), sees("customers", "party", "consent"),
        sees("documents"),
    ),
    Role.CLAIMS_APPROVER: (
        works_on("claims"), sees("policies"), sees("products"), sees("customers", "party"), sees("documents"),
        sees("finance", "payout"),
    ),
    Role.CUSTOMER_SERVICE: (
        works_on("helpdesk"), works_on("customers", "message"), sees("customers", "user", "party", "consent"),
        sees("policies"), sees("claims"), sees("products"), sees("documents"),
    ),
    Role.PRODUCT_MANAGER: (works_on("products"), sees("documents")),
    Role.ACTUARY: (sees("products"), sees("policies")),
    Role.MARKETER: (sees("products"), works_on("pages")),
    Role.RISK_MANAGER: (works_on("risk"), sees("policies"), sees("claims"), sees("products"), sees("finance")),
    Role.FINANCE: (works_on("finance"), sees("policies"), sees("documents")),
    Role.AUDITOR: (*(sees(app) for app in BUSINESS_APPS), sees("audit"), sees("kernel")),
    Role.SECURITY_ADMIN: (
        works_on("customers", "user", "staffprofile", "unit", "team", "privacyrequest"),
        sees("customers", "loginfailure", "consent"), sees("audit"),
    ),
    Role.SYSTEM_ADMIN: (works_on("kernel"), works_on("django_celery_beat"), works_on("customers", "message")),
}  # fmt: skip

# Who does the first of a pair may not do the second: money needs two people, and those who watch do not act.
TWO_PEOPLE: tuple[tuple[Role, Role], ...] = (
    (Role.CLAIMS_ADJUSTER, Role.CLAIMS_APPROVER),
    (Role.CLAIMS_APPROVER, Role.FINANCE),
    (Role.CLAIMS_ADJUSTER, Role.FINANCE),
    (Role.UNDERWRITER, Role.CLAIMS_APPROVER),
    (Role.UNDERWRITER, Role.FINANCE),
    (Role.PRODUCT_MANAGER, Role.UNDERWRITER),
    (Role.PRODUCT_MANAGER, Role.ACTUARY),
    (Role.RISK_MANAGER, Role.FINANCE),
)
ALONE = (Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)


def _conflicts() -> frozenset[frozenset[Role]]:
    alone = (frozenset({one, other}) for one in ALONE for other in Role if other != one)
    return frozenset(alone) | frozenset(frozenset(pair) for pair in TWO_PEOPLE)


CONFLICTS = _conflicts()


def conflict_among(roles: Iterable[Role | str]) -> tuple[Role, Role] | None:
    """The first two of these roles that must be two people; None when one person may hold them all."""
    held = sorted({Role(role) for role in roles})
    return next((pair for pair in combinations(held, 2) if frozenset(pair) in CONFLICTS), None)
