"""Everything under /api/: the signed API itself, its documentation, the hand-over of a quote to its buyer."""

from django.urls import path

from insureweb.api import views
from insureweb.api.endpoints import api

app_name = "api"
urlpatterns = [
    path("v1/docs", views.docs, name="docs"),
    path("v1/handover/<str:ticket>/", views.handover, name="handover"),
    path("v1/", api.urls),
]
