"""A fixed query gives what its queryset gives, and refuses what its queryset refuses."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from customers.accounts import ACCOUNT
from customers.models import Party, User
from insureweb.kernel.fixed_query import FixedQuery, Given, lock_row
from tests.factories import policies as sold

pytestmark = pytest.mark.django_db

PEOPLE = FixedQuery(
    lambda: Party.objects.select_related("owner").defer("owner__password").filter(owner=Given("owner")).order_by("-id")
)
LOCKED = FixedQuery(lambda: User.objects.select_for_update(of=("self",)).filter(pk=Given("pk")))


def test_it_gives_the_same_objects_as_its_queryset_with_what_is_joined_deferred_and_sealed():
    user = sold.buyer()
    with CaptureQueriesContext(connection) as asked:
        (found,) = PEOPLE.rows(owner=user.pk)
        assert found.owner.email == user.email
    assert len(asked) == 1
    (same,) = Party.objects.filter(owner=user)
    names = [field.attname for field in Party._meta.concrete_fields]
    assert [str(getattr(found, name)) for name in names] == [str(getattr(same, name)) for name in names]
    assert found.owner.get_deferred_fields() == {"password"}
    assert not found._state.adding


def test_the_same_text_serves_other_values():
    first, second = sold.buyer(), sold.buyer()
    assert [party.owner for party in (*PEOPLE.rows(owner=first.pk), *PEOPLE.rows(owner=second.pk))] == [first, second]
    assert PEOPLE.exists(owner=first.pk)
    assert not PEOPLE.exists(owner=0)
    assert PEOPLE.first(owner=0) is None


def test_get_wants_exactly_one():
    everybody = FixedQuery(lambda: User.objects.filter(is_active=Given("active")))
    with pytest.raises(User.DoesNotExist):
        everybody.get(active=False)
    sold.buyer(), sold.buyer()
    with pytest.raises(User.MultipleObjectsReturned):
        everybody.get(active=True)


def test_a_value_that_was_not_given_is_an_error():
    with pytest.raises(KeyError, match="owner"):
        PEOPLE.rows()


@pytest.mark.django_db(transaction=True)
def test_a_query_that_locks_wants_a_transaction_whenever_it_runs():
    user = sold.buyer()
    with transaction.atomic():
        assert LOCKED.get(pk=user.pk) == user
        assert lock_row(user) == user
    for unheld in (lambda: LOCKED.get(pk=user.pk), lambda: lock_row(user)):
        with pytest.raises(transaction.TransactionManagementError):
            unheld()


def test_an_account_is_read_anew_for_every_request_and_closed_ones_are_refused(client):
    user = sold.buyer()
    client.force_login(user)
    assert client.get("/my/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert ACCOUNT.get(pk=user.pk).is_active is False
    assert client.get("/my/").status_code == 302
