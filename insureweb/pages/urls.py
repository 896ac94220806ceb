"""Screens that belong to no single app."""

from django.urls import include, path

from insureweb.pages.views import development, home, my, session, texts

pages = [
    path("", home.home, name="home"),
    path("session/", session.session_nav, name="session_nav"),
    path("disclosure/", texts.disclosure, name="disclosure"),
    path("privacy/", texts.privacy, name="privacy"),
    path("accessibility/", texts.accessibility, name="accessibility"),
    path("dev/gallery/", development.gallery, name="gallery"),
    path("dev/messages/", development.messages, name="outbox"),
]
urlpatterns = [
    path("", include((pages, "pages"))),
    path("my/", my.my, name="my"),
]
