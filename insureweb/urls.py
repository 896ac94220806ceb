"""Every address of the house. Pages carry the language in the path: Chinese at the root, English under /en/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

# What visitors ask for most stands first: an address is looked for from the top.
urlpatterns = [
    *i18n_patterns(
        path("", include("insureweb.pages.urls")),
        path("", include("products.urls")),
        path("", include("policies.urls")),
        path("", include("claims.urls")),
        path("", include("customers.urls")),
        path("account/", include("customers.account_urls")),
        path("", include("insureweb.finance.urls")),
        path("", include("insureweb.documents.urls")),
        path("", include("insureweb.helpdesk.urls")),
        path("staff/", admin.site.urls),
        prefix_default_language=False,
    ),
    path("api/", include("insureweb.api.urls")),
    path("", include("insureweb.finance.endpoints")),
    path("", include("insureweb.pages.endpoints")),
    path("", include("insureweb.ops.urls")),
]

handler400 = "insureweb.pages.views.errors.bad_request"
handler403 = "insureweb.pages.views.errors.forbidden"
handler404 = "insureweb.pages.views.errors.not_found"
handler500 = "insureweb.pages.views.errors.server_error"
