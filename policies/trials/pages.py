"""Pages of a version that need the policies: what-if."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policies.trials import selectors
from policies.trials.models import WhatIfRun
from policies.trials.services.back_test import UNDERWRITING
from policies.trials.services.what_if import WHAT_IF
from policies.underwriting.states import Outcome
from products.back_tests import back_test_context, back_test_lines
from products.run_pages import RunPages
from products.version_pages import register_version_page


def _what_if_context(run: WhatIfRun) -> dict[str, Any]:
    return {
        "percent": selectors.percent_of(run),
        "picture": selectors.picture_of(run),
        "losers": selectors.movers(run, dearer=True),
        "winners": selectors.movers(run, dearer=False),
        "without_price": selectors.without_price(run),
    }


WHAT_IF_PAGES = RunPages(
    code="what_if",
    title=_("What-if"),
    order=70,
    work=WHAT_IF,
    about="policies/trials/_about_what_if.html",
    result="policies/trials/_what_if.html",
    context=_what_if_context,
    rows=selectors.what_if_lines,
    unit=pgettext_lazy("counted", "policies"),
)


OUTCOMES = dict(Outcome.choices)
BACK_TEST_PAGES = RunPages(
    code="underwriting_back_test",
    title=_("Back-test: underwriting"),
    order=80,
    work=UNDERWRITING,
    about="policies/trials/_about_back_test.html",
    result="admin/products/runs/_back_test.html",
    context=lambda run: back_test_context(run, OUTCOMES),
    rows=lambda run: back_test_lines(run, OUTCOMES),
    unit=_("decisions"),
)


def register() -> None:
    """Add the pages of this app to the pages of a version."""
    for page in (*WHAT_IF_PAGES.pages(), *BACK_TEST_PAGES.pages()):
        register_version_page(page)
