"""My page: what waits, what we owe, what one holds; at a fixed number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from insureweb.kernel import clock
from insureweb.kernel.localized import Localized
from insureweb.pages.my_page import ENDING_SOON_DAYS, my_page, todos_of
from policies.contract.selectors import policies_of
from tests.factories import claims, customers, policies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def shown(client, user, path="/en/my/"):
    client.force_login(user)
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_nothing_yet_is_said_kindly_in_both_languages(client):
    user = customers.customer()
    html = shown(client, user)
    assert "Nothing waits for you." in html
    assert "No policies yet" in html
    assert html.count("<h1") == 1
    assert "noindex" in html
    assert '<html lang="zh-Hans">' in shown(client, user, "/my/")


def test_an_order_to_pay_stands_first_with_the_one_filled_button(client):
    user = policies.buyer()
    policies.policy(user)
    order = policies.order(user)
    html = shown(client, user)
    assert "Pay for Anlan Guard" in html
    assert f'href="/en/orders/{order.no}/' in html
    waiting = html[html.index('class="todo"') : html.index("</section>", html.index('class="todo"'))]
    assert waiting.count('class="button button--small"') == 1
    assert waiting.index("Pay for") < waiting.index("Acknowledge your policy")


def test_a_begun_application_can_be_finished(client):
    user = policies.buyer()
    application = policies.application(user)
    html = shown(client, user)
    assert "Finish your application: Anlan Guard" in html
    assert f"/en/applications/{application.no}/" in html


def test_expired_orders_and_applications_do_not_wait():
    user = policies.buyer()
    policies.application(user)
    later = clock.now() + timedelta(days=400)
    assert todos_of(user, [], later) == []


def test_a_policy_near_its_end_asks_for_attention():
    user = policies.buyer()
    policy = policies.policy(user)
    near = policy.span.end - timedelta(days=10)
    page = my_page(user, near)
    assert page.todos[0].what == "Anlan Guard ends soon"
    assert page.todos[0].days is not None
    assert page.todos[0].days <= ENDING_SOON_DAYS
    assert page.policies[0].tone == "waiting"
    assert page.policies[0].passed > 350


def test_a_policy_shows_who_plan_and_dates(client):
    user = policies.buyer()
    policy = policies.policy(user)
    html = shown(client, user)
    assert policy.no in html
    assert "Not begun yet" in html
    assert "Me, Standard" in html
    assert f'href="/en/claims/report/?policy={policy.no}"' in html


def test_a_claim_under_way_shows_its_deadline(client):
    claim = claims.referred()
    html = shown(client, claim.user)
    assert "We decide by" in html
    assert 'class="days"' in html
    assert f"/en/claims/{claim.no}/" in html


def test_somebody_elses_things_are_not_there(client):
    policy = policies.policy()
    html = shown(client, policies.buyer())
    assert policy.no not in html


def queries(user) -> int:
    at = clock.now()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        my_page(user, at)
    return len(seen)


def hold(user, number: int) -> None:
    for _each in range(number):
        claims.referred(claims.policy(user))
        policies.application(user)


def test_queries_do_not_grow_with_what_one_holds():
    user = policies.buyer()
    hold(user, 1)
    few = queries(user)
    hold(user, 3)
    assert policies_of(user).count() == 4
    assert queries(user) <= few
    assert few <= 16


def test_messages_and_person_stand_beside(client):
    user = policies.buyer()
    policies.policy(user)
    page = my_page(user, clock.now())
    assert page.person is not None
    assert all(isinstance(message.title, Localized) for message in page.messages)
    html = shown(client, user)
    assert str(page.person.phone) in html or not page.person.phone
