"""Addresses of the promise: quotes, applications, orders, policies."""

from django.urls import URLPattern

app_name = "policies"
urlpatterns: list[URLPattern] = []
