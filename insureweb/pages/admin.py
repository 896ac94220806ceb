"""What this app adds to the back office: the previews of a product version."""

from django.utils.translation import gettext_lazy as _

from insureweb.pages.previews.application import application_page
from insureweb.pages.previews.frames import preview_page
from insureweb.pages.previews.shop import shop_page
from products.version_pages import VersionPage, register_version_page

for page in (
    VersionPage("preview", "preview/", preview_page, title=_("Preview"), order=20),
    VersionPage("preview_shop", "preview/shop/", shop_page, tab="preview"),
    VersionPage("preview_shop_part", "preview/shop/<path:rest>", shop_page, tab="preview"),
    VersionPage("preview_application", "preview/application/", application_page, tab="preview"),
    VersionPage("preview_step", "preview/application/<slug:step>/", application_page, tab="preview"),
):
    register_version_page(page)
