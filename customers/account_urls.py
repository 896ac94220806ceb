"""Accounts without passwords: allauth's addresses, with those about passwords leading back to the code."""

from django.urls import include, path
from django.views.generic import RedirectView

to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("password/", to_login),
    path("password/<path:rest>", lambda request, rest: to_login(request)),
    path("", include("allauth.urls")),
]
