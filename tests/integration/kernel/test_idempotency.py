"""A form sent twice is one request."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import RememberedRequest, idempotent_post

pytestmark = pytest.mark.django_db


class Desk:
    """A view that counts how often it really worked."""

    def __init__(self) -> None:
        self.worked = 0
        self.view = idempotent_post(self.answer)

    def answer(self, request):
        if request.POST.get("bad"):
            return HttpResponse("shown again")
        if request.POST.get("breaks"):
            raise RuntimeError("broken")
        self.worked += 1
        return HttpResponseRedirect(f"/done/{self.worked}/")

    def post(self, key, cookie="visitor", **fields):
        request = RequestFactory().post("/desk/", {"idempotency_key": key, **fields})
        request.user = AnonymousUser()
        request.META["CSRF_COOKIE"] = cookie
        return self.view(request)


def test_a_repeat_gets_the_first_answer():
    desk, key = Desk(), uuid4()
    assert desk.post(key).url == desk.post(key).url == "/done/1/"
    assert desk.worked == 1


def test_another_visitor_with_the_same_key_is_another_request():
    desk, key = Desk(), uuid4()
    desk.post(key)
    assert desk.post(key, cookie="somebody else").url == "/done/2/"


def test_the_key_does_not_carry_other_content():
    desk, key = Desk(), uuid4()
    desk.post(key, sum="1")
    with pytest.raises(Refused) as refusal:
        desk.post(key, sum="2")
    assert refusal.value.code == "key_reused"


def test_a_running_request_is_not_run_again():
    desk, key = Desk(), uuid4()
    desk.post(key)
    RememberedRequest.objects.update(status=None)
    with pytest.raises(Refused) as refusal:
        desk.post(key)
    assert refusal.value.code == "still_running"


def test_errors_free_the_key():
    desk, key = Desk(), uuid4()
    assert desk.post(key, bad="1").content == b"shown again"
    with pytest.raises(RuntimeError):
        desk.post(key, breaks="1")
    assert desk.post(key).url == "/done/1/"


@pytest.mark.parametrize("key", ["", "not-a-key", "\x00"])
def test_without_a_usable_key_the_view_just_runs(key):
    desk = Desk()
    desk.post(key)
    assert desk.post(key).url == "/done/2/"
