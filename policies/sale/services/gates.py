"""What the law asks before a contract is made, beyond what underwriting decides. A product's file names its gates.

Each is checked where it is told, when the application is handed in, and again when the contract is made.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from customers.selectors import consent_stands
from insureweb.kernel.checks import Refused
from insureweb.kernel.periods import age_on, business_date
from policies.contract.rules.period import first_day_of_cover
from policies.contract.selectors import death_sum_in_force
from policies.offers.rosters.rules.columns import is_group
from policies.offers.selectors import product_of
from policies.sale.models import Application
from policies.sale.rules import journey
from policies.sale.rules.groups import answers_in
from policies.sale.rules.interest import (
    SELF,
    Evidence,
    NoInterest,
    check_death_consent,
    check_minor,
    check_nearest,
    ground_of_interest,
)
from policies.sale.rules.minors import AboveCap, cap_on, check_cap
from policies.sale.selectors.sums import sum_at_risk
from policies.sale.services.applications import SUBJECT
from products.rules.definition import (
    DEATH_CONSENT,
    DEATH_COVER_CONSENT,
    DECLARED_ELSEWHERE,
    INSURABLE_INTEREST,
    MINOR_DEATH_CAP,
)

ABOVE_CAP = _(
    "What all insurers together may pay on the death of a child of this age is %(cap)s yuan (Insurance Law art. 33). "
    "With what is in force and declared, %(room)s yuan are left."
)

# Why a person may not be insured, and the field where the customer can mend it.
NO_INTEREST = {
    "relationship": (
        "relationship",
        _("You may insure yourself, your husband or wife, your children and your parents."),
    ),
    "minor": ("relationship", _("Only the parents may take out cover on the death of a child.")),
    "guardian": (
        "relationship",
        _("A child cannot agree alone. Only a parent, or a relative who raises the child, may insure it."),
    ),
    "support": (
        "insured_supported",
        _(
            "You may insure another relative when one of you raises, keeps or looks after the other, or when they have "
            "agreed. Tick what is true (Insurance Law art. 31)."
        ),
    ),
    "agreement": (
        "insured_agrees",
        _("You may insure this person only when they have agreed to it (Insurance Law art. 31)."),
    ),
    "death_consent": (
        "",
        _(
            "The insured has not agreed to this cover on death and its sum, or has withdrawn it "
            "(Insurance Law art. 34)."
        ),
    ),
}


def check_insurable_interest(application: Application, told: Mapping[str, Any], at: datetime) -> None:
    """Raises `Refused`: the policyholder may not insure this person on what was told (Insurance Law arts. 31, 33).

    The gate lets in, with evidence, people beyond the nearest; without it a product is sold for the nearest only.
    """
    definition = product_of(application.quote).definition
    if definition.insured != "person" or is_group(definition) or application.insured is None:
        return
    evidence = evidence_of(application, told, at)
    try:
        if INSURABLE_INTEREST in definition.gates:
            ground_of_interest(evidence)
        else:
            check_nearest(evidence.relationship)
        if definition.pays_on_death:
            check_minor(evidence)
    except NoInterest as problem:
        raise no_interest(problem) from problem


def check_consent_to_death_cover(application: Application, at: datetime) -> None:
    """Raises `Refused`: the insured's consent to cover on death is not on record, or was withdrawn since (art. 34)."""
    if DEATH_COVER_CONSENT not in product_of(application.quote).definition.gates or application.relationship == SELF:
        return
    agreed = consent_stands(kind=DEATH_CONSENT, subject_kind=SUBJECT, subject_no=application.no)
    try:
        check_death_consent(replace(evidence_of(application, {}, at), agreed_to_sum=agreed))
    except NoInterest as problem:
        raise no_interest(problem) from problem


def evidence_of(application: Application, told: Mapping[str, Any], at: datetime) -> Evidence:
    """The relation, and the evidence among the answers."""
    told = told.get(journey.INSURED, {})
    return Evidence(
        relationship=application.relationship,
        insured_age=age_on(application.insured.birth_date, first_day_of_cover(at)),
        is_supported=told.get("is_supported", False),
        has_agreed=told.get("has_agreed", False),
    )


def no_interest(problem: NoInterest) -> Refused:
    """The refusal in words."""
    field, words = NO_INTEREST[problem.code]
    return Refused(problem.code, words, field=field)


def check_minor_death_cap(application: Application, at: datetime) -> None:
    """Raises `Refused`: with this contract the death cover on a child would come above the cap, over all insurers."""
    definition = product_of(application.quote).definition
    if MINOR_DEATH_CAP not in definition.gates or application.insured is None:
        return
    day = first_day_of_cover(at)
    age = age_on(application.insured.birth_date, day)
    if cap_on(age, business_date(at)) is None:
        return
    declared = answers_in(application.read_answers(), journey.DETAILS).get(DECLARED_ELSEWHERE)
    try:
        check_cap(
            age=age,
            day=business_date(at),
            wanted=sum_at_risk(application),
            in_force=death_sum_in_force(application.insured, at),
            elsewhere=Decimal(declared or 0),
        )
    except AboveCap as above:
        words = ABOVE_CAP % {"cap": f"{above.cap:,f}", "room": f"{above.room:,f}"}
        raise Refused("minor_death_cap", words, field=journey.DETAILS) from above


def hold_insured(applications: list[Application]) -> None:
    """One contract on a child at a time, until the transaction ends: two orders paid together must see each other.

    A person may be known to several accounts, so it is the identity number that is held and no row; those of one
    order are held in the order of their keys, the same for everybody.
    """
    keys = {
        int.from_bytes(bytes.fromhex(application.insured.id_number_index[:16] or "00"), "big", signed=True)
        for application in applications
        if MINOR_DEATH_CAP in product_of(application.quote).definition.gates and application.insured is not None
    }
    for key in sorted(keys):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
