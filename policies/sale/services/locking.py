"""The rows of a sale, locked in the order of the house: application, then order, then policy and payment."""

from policies.loading import without_files
from policies.sale.models import Application, Order

LOADED = (
    "quote__product_version__product__insurer",
    "user",
    "holder",
    "insured",
    "decision",
)


def lock_application(application: Application) -> Application:
    """The application as it stands now, with what every use case reads, held until the transaction ends."""
    applications = Application.objects.select_for_update(of=("self",)).select_related(*LOADED)
    return applications.defer(*without_files("quote__product_version"), "quote__breakdown").get(pk=application.pk)


def lock_order(no: str) -> Order:
    """The order and its application as they stand now, held until the transaction ends.

    Raises:
        Order.DoesNotExist
    """
    related = [f"application__{name}" for name in LOADED]
    return (
        Order.objects.select_for_update(of=("application", "self"), no_key=True)
        .select_related("application", *related)
        .defer(*without_files("application__quote__product_version"), "application__quote__breakdown")
        .get(no=no)
    )
