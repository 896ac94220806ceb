"""Pages for developers and the demo; they do not exist where DEVELOPMENT_PAGES is off."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.selectors import recorded_mail
from insureweb.pages.samples import gallery_samples
from insureweb.pages.staff_codes import current_staff_codes

View = Callable[..., HttpResponse]


def development_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not settings.DEVELOPMENT_PAGES:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@development_only
@require_safe
@never_cache
def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/gallery.html", gallery_samples())


@development_only
@require_safe
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    """Mail and SMS that would have gone out, and the staff's present codes."""
    return render(request, "pages/messages.html", {"mails": recorded_mail(), "codes": current_staff_codes()})
