"""Pages with a language in their address."""

from django.urls import path

from insureweb.finance.gateways.sandbox import views as sandbox
from insureweb.finance.views import payments

app_name = "finance"
urlpatterns = [
    path("pay/return/<uuid:token>/", payments.return_from_cashier, name="return"),
    path("sandbox-gateway/cashier/<uuid:token>/", sandbox.cashier, name="sandbox_cashier"),
    path("sandbox-gateway/switches/", sandbox.switches, name="sandbox_switches"),
]
