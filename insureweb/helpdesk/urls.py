from django.urls import path, register_converter

from insureweb.helpdesk.views import tickets


class WayConverter:
    """The three ways to start a conversation."""

    regex = "|".join(tickets.KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(WayConverter, "way")

app_name = "helpdesk"
urlpatterns = [
    path("help/", tickets.contact, name="contact"),
    path("help/<way:way>/", tickets.write, name="write"),
    path("help/conversation/<str:number>/", tickets.ticket, name="ticket"),
    path("help/conversation/<str:number>/<str:secret>/", tickets.ticket, name="ticket"),
]
