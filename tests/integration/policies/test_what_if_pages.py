"""The pages of a what-if: begin, progress, picture, movers, file; who may, and how many queries."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils.translation import override

from insureweb.kernel.idempotency import FIELD, new_key
from insureweb.kernel.outbox import Delivery, DeliveryState
from policies.trials.models import WhatIfRun
from policies.trials.services.what_if import WHAT_IF
from products.services.runs import start_run
from tests.factories import policies as sold
from tests.factories import trials as made
from tests.factories.customers import colleague, sign_in
from tests.factories.products import PRODUCT_MANAGER

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    first = sold.policy(sold.buyer(30), age="30")
    made.book_like(first, [{"age": str(age)} for age in (25, 35, 42, 44)])
    made.worked_off()
    return made.draft(*made.DEARER_LATER, ("inputs.age.max", "43"))


@pytest.fixture
def manager(client):
    return sign_in(client, colleague("product_manager").user)


def url(version, page="what_if", *args):
    with override("en"):
        return reverse(f"admin:products_productversion_{page}", args=[version.address, *args])


def test_a_run_from_the_button_to_the_file(manager, draft):
    page = manager.get(url(draft)).content.decode()
    assert "5 policies now" in page
    began = manager.post(url(draft), {FIELD: new_key()})
    run = WhatIfRun.objects.get()
    assert began["Location"] == url(draft, "what_if_run", run.uuid)
    waiting = manager.get(began["Location"]).content.decode()
    assert "0 of 5 policies" in waiting
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in waiting
    assert "0 of 5 policies" in manager.get(url(draft, "what_if_progress", run.uuid)).content.decode()
    made.worked_off()
    assert manager.get(url(draft, "what_if_progress", run.uuid))["HX-Refresh"] == "true"
    done = manager.get(began["Location"]).content.decode()
    assert "1 become dearer, 3 cheaper, 0 stay the same." in done
    assert "<svg" in done
    assert "Age of the insured: Enter a number from 18 to 43." in done
    answer = manager.get(url(draft, "what_if_file", run.uuid))
    assert answer.streaming
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert lines[0][:4] == ["Policy number", "Old premium", "New premium", "Difference"]
    assert len(lines) == 6
    assert lines[-1][1:] == ["174.25", "", "", "", "Age of the insured: Enter a number from 18 to 43."]


def test_a_run_the_worker_gave_up_on_says_so_and_goes_on_when_asked(manager, draft):
    address = manager.post(url(draft), {FIELD: new_key()})["Location"]
    Delivery.objects.filter(event__endswith="PoliciesToReprice").update(state=DeliveryState.PARKED)
    run = WhatIfRun.objects.get()
    assert manager.get(url(draft, "what_if_progress", run.uuid))["HX-Refresh"] == "true"
    stopped = manager.get(address).content.decode()
    assert "The run has stopped by itself" in stopped
    assert 'hx-trigger="every' not in stopped
    manager.post(address, {"action": "resume"})
    made.worked_off()
    run.refresh_from_db()
    assert (run.state, run.done) == ("finished", 5)


def test_the_page_says_when_the_draft_has_changed_since(manager, draft):
    run = start_run(work=WHAT_IF, version=draft, by=PRODUCT_MANAGER, at=sold.clock.now())
    made.worked_off()
    made.rewritten(draft, ("rating.tables.term_life_rate.rows.1.1", "6.3"))
    assert "The draft has changed since" in manager.get(url(draft, "what_if_run", run.uuid)).content.decode()


def test_a_second_run_is_refused_with_words_and_stopping_works(manager, draft):
    manager.post(url(draft), {FIELD: new_key()})
    again = manager.post(url(draft), {FIELD: new_key()})
    assert again.status_code == 422
    assert "at work already" in again.content.decode()
    run = WhatIfRun.objects.get()
    assert manager.post(url(draft, "what_if_run", run.uuid)).status_code == 302
    assert manager.post(url(draft, "what_if_run", run.uuid)).status_code == 422


def test_an_empty_book_says_so(manager):
    version = made.draft()
    run = start_run(work=WHAT_IF, version=version, by=PRODUCT_MANAGER, at=sold.clock.now())
    made.worked_off()
    assert "There was nothing to try it on" in manager.get(url(version, "what_if_run", run.uuid)).content.decode()


@pytest.mark.parametrize(
    ("role", "sees", "runs"),
    [("product_manager", 200, 302), ("risk_manager", 200, 302), ("auditor", 200, 422), ("underwriter", 403, 403),
     ("claims_adjuster", 403, 403), ("customer_service", 403, 403), ("marketer", 403, 403)],
)  # fmt: skip
def test_who_sees_and_who_runs(client, draft, role, sees, runs):
    staff = sign_in(client, colleague(role).user)
    assert staff.get(url(draft)).status_code == sees
    assert staff.post(url(draft), {FIELD: new_key()}).status_code == runs
    overview = staff.get(url(draft, "change")).content.decode()
    assert (url(draft) in overview) == (sees == 200), "the tab is shown to those who may open it"


def test_a_result_takes_as_many_queries_for_one_policy_as_for_many(manager, draft, django_assert_max_num_queries):
    run = start_run(work=WHAT_IF, version=draft, by=PRODUCT_MANAGER, at=sold.clock.now())
    made.worked_off()
    manager.get(url(draft, "what_if_run", run.uuid))
    with django_assert_max_num_queries(11):
        manager.get(url(draft, "what_if_run", run.uuid))
