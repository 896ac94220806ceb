"""What a version still lacks before it may be sold, and which moves are open to whom: from the checks that refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused, reason_against
from products.compiled import compiled
from products.drafting.parts import Part, part_at
from products.models import ProductVersion
from products.rules import publishing
from products.services.review import (
    MAY_SIGN,
    check_may_sign,
    check_second_person,
    check_signed,
    check_version,
    licence_of,
    regulators_limits,
    unwritten,
)
from products.states import PRODUCT_VERSION, VersionState


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a version needs; `reason` says what is missing and `part` where, nothing when it is there."""

    title: Any
    reason: str | None
    part: Part | None = None

    @property
    def is_met(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the version's life; `off` is why it is not open to this person now."""

    action: str
    label: Any
    off: str
    is_danger: bool = False
    is_final: bool = False


MOVES: dict[tuple[str, str], tuple[str, Any]] = {
    ("draft", "in_review"): ("submit", _("Hand in for review")),
    ("in_review", "draft"): ("send_back", _("Send back to the authors")),
    ("in_review", "published"): ("publish", _("Publish")),
    ("published", "suspended"): ("suspend", _("Suspend the sale")),
    ("suspended", "published"): ("resume", _("Resume the sale")),
    ("draft", "withdrawn"): ("withdraw", _("Discard the draft")),
}
WITHDRAW = ("withdraw", _("Withdraw for good"))
DANGERS = frozenset({"suspend", "withdraw"})


TITLES: dict[str, Any] = {
    "written": _("Every text written"),
    "filed": _("Filing, actuary, registered wording"),
    "licence": _("Licence and regions of the insurer"),
    "cooling_off": _("Cooling-off floor"),
    "interest": _("Pricing interest"),
    "cash_values": _("Cash values"),
    "tables": _("Decision tables without conflicts"),
    "vectors": _("All test vectors"),
    "decisions": _("Each outcome of underwriting has a test vector"),
    "signed": _("Signed off by an actuary"),
}


def requirements(version: ProductVersion, day: date) -> list[Requirement]:
    """Everything publishing asks for, one by one."""
    definition, licence = compiled(version).definition, licence_of(version.product, day)
    checks = publishing.publishing_checks(definition, licence, regulators_limits(), day, unwritten(version))
    if version.state == VersionState.IN_REVIEW:
        checks = {**checks, "signed": lambda: check_signed(version)}
    return [_requirement(TITLES[name], check) for name, check in checks.items()]


def _requirement(title: Any, check: Callable[[], None]) -> Requirement:
    try:
        check()
    except Refused as refusal:
        return Requirement(title, str(refusal), part_at(refusal.field))
    return Requirement(title, None)


def moves(version: ProductVersion, by: Actor, day: date) -> list[Move]:
    """The moves this person may make from here, each with the reason against it when there is one."""
    found = []
    if version.state == VersionState.IN_REVIEW and version.signed_at is None and by.is_one_of(MAY_SIGN):
        found.append(Move("sign", _("Sign off as the actuary"), _reason("sign", version, by, day) or ""))
    for target in PRODUCT_VERSION.following(version.state):
        if not by.is_one_of(PRODUCT_VERSION.moves[version.state, target]):
            continue
        action, label = MOVES.get((version.state, target), WITHDRAW)
        off = _reason(action, version, by, day) or ""
        found.append(Move(action, label, off, action in DANGERS, is_final=target == VersionState.WITHDRAWN))
    return found


def _reason(action: str, version: ProductVersion, by: Actor, day: date) -> str | None:
    if action == "publish" and (reason := reason_against(check_second_person, version, by)):
        return reason
    if action == "publish" and (reason := reason_against(check_signed, version)):
        return reason
    if action == "sign" and (reason := reason_against(check_may_sign, version, by)):
        return reason
    if action in ("submit", "sign", "publish", "resume"):
        return reason_against(check_version, version, day)
    return None


def is_draft(version: ProductVersion) -> bool:
    return version.state == VersionState.DRAFT
