"""Pages about oneself: profile, messages, personal data."""

from django.urls import URLPattern

app_name = "customers"
urlpatterns: list[URLPattern] = []
