"""Work that time asks for: closing orders and applications, notices before the end, the end itself."""

from celery import shared_task

from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from policies.contract.declarations.selectors import declaring_policies
from policies.contract.declarations.services import remind_of_quarters
from policies.contract.selectors import product_of
from policies.offers.needs.services import erase_old_checks
from policies.offers.services import erase_expired_quotes as erase_quotes
from policies.renewal.selectors import ended, to_be_told
from policies.renewal.services import end_policy, send_renewal_notice
from policies.sale.selectors.due import applications_over, orders_over
from policies.sale.services.applications import expire_application
from policies.sale.services.orders import expire_order

SYSTEM = Actor.system("schedule")
BATCH = 500


@shared_task(name="policies.tasks.close_what_is_over")
def close_what_is_over() -> int:
    """Close unpaid orders and unfinished applications whose time is over."""
    at, closed = clock.now(), 0
    for order in orders_over(at)[:BATCH]:
        expire_order(order=order, by=SYSTEM, at=at)
        closed += 1
    for application in applications_over(at)[:BATCH]:
        expire_application(application=application, by=SYSTEM, at=at)
        closed += 1
    return closed


@shared_task(name="policies.tasks.send_renewal_notices")
def send_renewal_notices() -> int:
    """Tell holders, once, as many days ahead as their product says."""
    at, sent = clock.now(), 0
    for policy in to_be_told(at)[:BATCH]:
        days = product_of(policy).terms.renewal_notice_days
        if days and (policy.period.upper - at).days <= days and send_renewal_notice(policy=policy, by=SYSTEM, at=at):
            sent += 1
    return sent


@shared_task(name="policies.tasks.end_policies")
def end_policies() -> int:
    """End what has run its time."""
    at, count = clock.now(), 0
    for policy in ended(at)[:BATCH]:
        end_policy(policy=policy, by=SYSTEM, at=at)
        count += 1
    return count


@shared_task(name="policies.tasks.erase_expired_quotes")
def erase_expired_quotes() -> int:
    """Erase visitors' quotes that led nowhere and expired long ago, and needs checks no quote stands on."""
    at = clock.now()
    return erase_quotes(by=SYSTEM, at=at) + erase_old_checks(by=SYSTEM, at=at)


@shared_task(name="policies.tasks.remind_of_declarations")
def remind_of_declarations() -> int:
    """Tell sellers, once, of each quarter to be declared, and once more when its day has passed."""
    at = clock.now()
    return sum(remind_of_quarters(policy=policy, by=SYSTEM, at=at) for policy in declaring_policies(at).iterator())
