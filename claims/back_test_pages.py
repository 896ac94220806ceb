"""The pages of a version that need the claims: the back-test of its claims table."""

from django.utils.translation import gettext_lazy as _

from claims.models import Outcome
from claims.services.back_test import CLAIMS
from products.back_tests import back_test_context, back_test_lines
from products.run_pages import RunPages
from products.version_pages import register_version_page

OUTCOMES = dict(Outcome.choices)
BACK_TEST_PAGES = RunPages(
    code="claims_back_test",
    title=_("Back-test: claims"),
    order=81,
    work=CLAIMS,
    about="claims/staff/_about_back_test.html",
    result="admin/products/runs/_back_test.html",
    context=lambda run: back_test_context(run, OUTCOMES),
    rows=lambda run: back_test_lines(run, OUTCOMES),
    unit=_("decisions"),
)


def register() -> None:
    """Add these pages to the pages of a version."""
    for page in BACK_TEST_PAGES.pages():
        register_version_page(page)
