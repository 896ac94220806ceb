"""Pages about oneself: profile, messages, personal data."""

from django.urls import path

from customers.views import messages, profile

app_name = "customers"
urlpatterns = [
    path("my/messages/", messages.inbox, name="messages"),
    path("my/messages/read/", messages.read_all, name="messages_read"),
    path("my/messages/<uuid:uuid>/", messages.message, name="message"),
    path("my/profile/", profile.profile, name="profile"),
    path("my/profile/language/", profile.set_language, name="profile_language"),
    path("my/profile/person/", profile.say_who, name="profile_person"),
    path("my/profile/contact/", profile.set_contact, name="profile_contact"),
    path("my/profile/data/", profile.request_privacy, name="profile_data"),
    path("my/profile/consents/<uuid:uuid>/withdraw/", profile.withdraw_consent, name="consent_withdraw"),
]
