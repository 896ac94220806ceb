"""The rows of a sale, locked in the order of the house: application, then order, then policy and payment.

Every joined column costs on each purchase, so each lock loads what its use cases read and no more.
"""

from django.db.models import QuerySet

from policies.loading import without_files
from policies.sale.models import Application, Order

ANSWERING = ("quote__product_version", "holder", "insured")
ISSUING = ("quote__product_version__product__insurer", "user", "holder", "insured", "decision")


def lock_application(application: Application) -> Application:
    """The application as it stands now, with quote and people, held until the transaction ends."""
    applications = Application.objects.select_for_update(of=("self",)).select_related(*ANSWERING)
    locked = applications.defer(*without_files("quote__product_version"), "quote__breakdown").get(pk=application.pk)
    if "user" in application._state.fields_cache:
        locked.user = application.user
    return locked


def lock_order(no: str) -> Order:
    """The order and its application as they stand now, held until the transaction ends.

    Raises:
        Order.DoesNotExist
    """
    return _locked("application__quote__product_version").get(no=no)


def lock_order_for_issuing(no: str) -> Order:
    """The same with everything a policy is made of."""
    return _locked(*(f"application__{name}" for name in ISSUING)).get(no=no)


def _locked(*related: str) -> QuerySet[Order]:
    return (
        Order.objects.select_for_update(of=("application", "self"), no_key=True)
        .select_related("application", *related)
        .defer(*without_files("application__quote__product_version"), "application__quote__breakdown")
    )
