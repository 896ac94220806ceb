"""What a person can do with a submitted application: agree to changed terms, ask for a person, withdraw, pay."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from customers.actors import actor_from
from insureweb.kernel import clock
from insureweb.kernel.idempotency import idempotent_post
from policies.sale.models import Application
from policies.sale.services.applications import withdraw_application
from policies.sale.services.deciding import ask_for_review
from policies.sale.services.orders import create_order
from policies.sale.services.submission import accept_terms
from policies.sale.views.apply import after_submission, found, to_application
from policies.sale.views.tracing import View, traced

Act = Callable[[HttpRequest, Application], HttpResponse]


def _posted(route: str, act: Act) -> View:
    """A button on the application's page."""

    @require_POST
    @login_required
    @traced(route)
    @idempotent_post
    def view(request: HttpRequest, application_no: str) -> HttpResponse:
        return act(request, found(request, application_no))

    return view


def _accept(request: HttpRequest, application: Application) -> HttpResponse:
    return after_submission(accept_terms(application=application, by=actor_from(request), at=clock.now()))


def _review(request: HttpRequest, application: Application) -> HttpResponse:
    ask_for_review(application=application, by=actor_from(request), at=clock.now())
    return to_application(application)


def _withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    withdraw_application(application=application, by=actor_from(request), at=clock.now())
    return to_application(application)


def _order(request: HttpRequest, application: Application) -> HttpResponse:
    order = create_order(application=application, by=actor_from(request), at=clock.now())
    return redirect("policies:pay", order.no)


accept = _posted("terms_accepted", _accept)
review = _posted("review_asked", _review)
withdraw = _posted("withdrawn", _withdraw)
make_order = _posted("order_made", _order)
