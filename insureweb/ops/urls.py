from django.urls import path

from insureweb.ops.views import healthz, readyz

app_name = "ops"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
