"""A form sent twice is one request: the first answer is given again."""

import functools
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from insureweb.kernel import clock
from insureweb.kernel.checks import Refused

FIELD = "idempotency_key"
KEPT_FOR = timedelta(days=7)


class RememberedRequest(models.Model):
    """A POST that was or is being carried out, by its key within its owner and path."""

    owner = models.CharField(max_length=64)
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64)
    location = models.CharField(max_length=500, blank=True, default="")
    status = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "kernel"
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="request_is_carried_out_once")]

    def __str__(self) -> str:
        return str(self.key)


def new_key() -> str:
    return str(uuid4())


def _owner(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    who = f"user:{user.pk}" if user is not None and user.is_authenticated else f"csrf:{request.META.get('CSRF_COOKIE')}"
    return hashlib.sha256(f"{who}|{request.path}".encode()).hexdigest()


def _fingerprint(request: HttpRequest) -> str:
    fields = sorted((name, request.POST.getlist(name)) for name in request.POST if name != "csrfmiddlewaretoken")
    return hashlib.sha256(repr(fields).encode()).hexdigest()


def _key(request: HttpRequest) -> UUID | None:
    text = request.POST.get(FIELD) or request.headers.get("Idempotency-Key", "")
    try:
        return UUID(text)
    except ValueError:
        return None


def idempotent_post(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Carry out a POST once per key; a repeat gets the first redirect. Forms carry `{% idempotency_key %}`.

    Answers that are no redirect (a form shown again with errors) and failures free the key. Without a key the view
    simply runs: the services and constraints below remain the judge.

    Raises:
        Refused: the key was used for different content, or the first request is still running.
    """

    @functools.wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request) if request.method == "POST" else None
        if key is None:
            return view(request, *args, **kwargs)
        owner, fingerprint = _owner(request), _fingerprint(request)
        try:
            with transaction.atomic():
                remembered = RememberedRequest.objects.create(
                    owner=owner, key=key, fingerprint=fingerprint, created_at=clock.now()
                )
        except IntegrityError:
            return _answer_again(RememberedRequest.objects.filter(owner=owner, key=key).first(), fingerprint)
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            remembered.delete()
            raise
        if isinstance(response, HttpResponseRedirect):
            remembered.location, remembered.status = response.url, response.status_code
            remembered.save(update_fields=["location", "status"])
        else:
            remembered.delete()
        return response

    return once


def _answer_again(remembered: RememberedRequest | None, fingerprint: str) -> HttpResponse:
    if remembered is None or remembered.status is None:
        raise Refused("still_running", _("We are still working on this. Please wait a moment and look again."))
    if remembered.fingerprint != fingerprint:
        raise Refused("key_reused", _("This form was already sent with other content. Please open it again."))
    return HttpResponseRedirect(remembered.location)


def forget_old(*, before: Any) -> int:
    """Drop keys nobody can still repeat."""
    count, _rows = RememberedRequest.objects.filter(created_at__lt=before).delete()
    return count
