"""Addresses of rosters, inside those of the promise."""

from django.urls import path

from policies.offers.rosters import views

urlpatterns = [
    path("groups/<slug:product_code>/", views.start, name="roster_start"),
    path("groups/<slug:product_code>/roster.<slug:kind>", views.template, name="roster_template"),
    path("rosters/<uuid:uuid>/", views.roster, name="roster"),
    path("rosters/<uuid:uuid>/progress/", views.progress, name="roster_progress"),
    path("rosters/<uuid:uuid>/rows/", views.rows, name="roster_rows"),
    path("rosters/<uuid:uuid>/wrong-rows.<slug:kind>", views.wrong_rows, name="roster_wrong_rows"),
    path("rosters/<uuid:uuid>/price/", views.price, name="roster_price"),
    path("rosters/<uuid:uuid>/quote/", views.quote, name="roster_quote"),
]
