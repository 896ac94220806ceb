"""What the law asks before a contract is made, beyond what underwriting decides. A product's file names its gates."""

from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.checks import Refused
from insureweb.kernel.periods import age_on, business_date
from policies.contract.rules.period import first_day_of_cover
from policies.contract.selectors import death_sum_in_force
from policies.offers.selectors import product_of
from policies.sale.models import Application
from policies.sale.rules import journey
from policies.sale.rules.groups import answers_in
from policies.sale.rules.minors import AboveCap, cap_on, check_cap
from policies.sale.selectors.sums import sum_at_risk
from products.rules.definition import DECLARED_ELSEWHERE, MINOR_DEATH_CAP

ABOVE_CAP = _(
    "What all insurers together may pay on the death of a child of this age is %(cap)s yuan (Insurance Law art. 33). "
    "With what is in force and declared, %(room)s yuan are left."
)


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
