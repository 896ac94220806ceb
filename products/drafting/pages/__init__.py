"""The pages on which a draft is read and written."""

from products.drafting.pages import comparing, earning, items, part, rates, trying
from products.version_pages import register_version_page


def register() -> None:
    """Add the pages of this app to the pages of a version."""
    for module in (part, items, rates, trying, comparing, earning):
        for page in module.PAGES:
            register_version_page(page)
