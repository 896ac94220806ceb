"""Addresses that machines call; they carry no language."""

from django.urls import path

from insureweb.finance.gateways.sandbox import views as sandbox
from insureweb.finance.views import payments

app_name = "gateways"
urlpatterns = [
    path("payments/notify/<slug:gateway>/", payments.notify, name="notify"),
    path("sandbox-gateway/gateway", sandbox.gateway, name="sandbox_gateway"),
    path("sandbox-gateway/api", sandbox.api, name="sandbox_api"),
]
