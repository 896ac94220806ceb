"""Addresses that are the same in every language: what machines read."""

from django.urls import path

from insureweb.pages.sitemaps import manifest, robots, sitemap

urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("site.webmanifest", manifest, name="manifest"),
]
