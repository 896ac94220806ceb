"""What every template knows: the brand, where one can go, the same page in the other language. Costs no query."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

HTML_LANGUAGE = {"en": "en", "zh-hans": "zh-Hans"}

NAVIGATION: tuple[tuple[str, Any, str], ...] = (
    ("products:catalogue", _("Insurance"), "shield"),
    ("my", _("My cover"), "document"),
    ("claims:list", _("Claims"), "flag"),
    ("helpdesk:contact", _("Help"), "chat"),
    ("pages:disclosure", _("Disclosure"), "building"),
)
FOOTER: tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...] = (
    (
        _("Disclosure"),
        (
            ("pages:disclosure#companies", _("About the companies")),
            ("pages:disclosure#products", _("Products sold online")),
            ("pages:disclosure#deadlines", _("Deadlines we keep")),
        ),
    ),
    (
        _("Products and wordings"),
        (
            ("products:catalogue", _("All products")),
            ("products:compare", _("Compare products")),
            ("policies:needs", _("What do I need?")),
            ("policies:quotes", _("My quotes")),
        ),
    ),
    (
        _("Service"),
        (
            ("claims:report", _("Report a claim")),
            ("my", _("Change or cancel a policy")),
            ("documents:check", _("Check an electronic policy")),
            ("helpdesk:contact", _("Talk to a person")),
        ),
    ),
    (
        _("Your rights"),
        (
            ("helpdesk:contact", _("Complaints and suggestions")),
            ("tel:12378", _("Regulator's hotline 12378")),
            ("pages:privacy", _("Personal data and privacy")),
            ("pages:accessibility", _("Accessibility statement")),
        ),
    ),
)
FOOTER_SLIM = (
    ("pages:privacy", _("Privacy")),
    ("pages:disclosure", _("Disclosure")),
    ("helpdesk:contact", _("Complaints")),
    ("pages:accessibility", _("Accessibility")),
)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    icon: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """The way to this page in another language."""

    label: str
    words: str
    language: str
    href: str


def address(name: str) -> str | None:
    """The path of a named page, with its fragment; None where an installation leaves that page out."""
    if name.startswith("tel:"):
        return name
    view, _hash, fragment = name.partition("#")
    try:
        path = reverse(view)
    except NoReverseMatch:
        return None
    return f"{path}#{fragment}" if fragment else path


@lru_cache(maxsize=256)
def _address_in(name: str, language: str) -> str | None:
    with override(language):
        return address(name)


def _links(entries: tuple[tuple[str, Any], ...]) -> tuple[Link, ...]:
    found = [(str(label), address(name)) for name, label in entries]
    return tuple(Link(label, href) for label, href in found if href)


# Words and paths in one language are the same for every request, so they are worked out once.
@lru_cache(maxsize=8)
def _footer_slim_in(language: str) -> tuple[Link, ...]:
    with override(language):
        return _links(FOOTER_SLIM)


@lru_cache(maxsize=8)
def _navigation_in(language: str) -> tuple[Link, ...]:
    with override(language):
        found = [(str(label), address(name), icon) for name, label, icon in NAVIGATION]
    return tuple(Link(label, href, icon) for label, href, icon in found if href)


@lru_cache(maxsize=8)
def _footer_in(language: str) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    with override(language):
        return tuple((str(title), _links(entries)) for title, entries in FOOTER)


@lru_cache(maxsize=256)
def _part_in(template: str, language: str, brand_name: str, phone: str, year: int, here: str) -> SafeString:
    """A part of the frame that is the same on every page of one language; `here` is the navigation's entry the page
    belongs to, where the part shows it. The arguments are all it depends on.
    """
    with override(language):
        return mark_safe(get_template(template).render({"brand": Brand(None, here)}).strip())  # noqa: S308  our own


def path_in(path: str, language: str) -> str:
    """The same path under another language's prefix; the default language has none."""
    bare = path
    for code, _name in settings.LANGUAGES:
        if path == f"/{code}" or path.startswith(f"/{code}/"):
            bare = path[len(code) + 1 :] or "/"
    return bare if language == settings.LANGUAGE_CODE else f"/{language}{bare}"


class Brand:
    """Read lazily by templates: a page pays only for what it shows."""

    def __init__(self, request: HttpRequest | None, path: str = "") -> None:
        self._request = request
        self._path = request.path if request else path

    @cached_property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def html_language(self) -> str:
        return HTML_LANGUAGE.get(self.language, self.language)

    @property
    def name(self) -> str:
        names: dict[str, str] = settings.BRAND["name"]
        return names.get(self.language) or names[settings.LANGUAGE_CODE]

    @property
    def latin(self) -> str:
        return str(settings.BRAND["name"].get("en", ""))

    @property
    def phone(self) -> str:
        return str(settings.BRAND["phone"])

    @property
    def phone_href(self) -> str:
        return "tel:" + self.phone.replace(" ", "").replace("-", "")

    @property
    def stylesheet(self) -> str:
        """A static file that overrides accent colours; set by an installation."""
        return str(settings.BRAND.get("stylesheet", ""))

    @property
    def title_suffix(self) -> str:
        return gettext(" | %(brand)s") % {"brand": self.name}

    @property
    def home(self) -> str:
        return path_in("/", self.language)

    def page(self, name: str, otherwise: str = "#human") -> str:
        """The path of a named page in this language."""
        return _address_in(name, self.language) or otherwise

    @property
    def contact(self) -> str:
        return self.page("helpdesk:contact")

    @cached_property
    def navigation(self) -> list[Link]:
        return [replace(link, current=self._path.startswith(link.href)) for link in _navigation_in(self.language)]

    @cached_property
    def _here(self) -> str:
        """The entry of the navigation that holds this page; empty for pages outside it."""
        holding = (link.href for link in _navigation_in(self.language) if self._path.startswith(link.href))
        return max(holding, key=len, default="")

    @property
    def footer(self) -> tuple[tuple[str, tuple[Link, ...]], ...]:
        return _footer_in(self.language)

    @property
    def footer_slim(self) -> tuple[Link, ...]:
        return _footer_slim_in(self.language)

    @cached_property
    def _same(self) -> tuple[str, str, str, int]:
        """What the parts of the frame depend on besides the page."""
        return (self.language, self.name, self.phone, timezone.localdate().year)

    def _part(self, template: str, here: str = "") -> SafeString:
        build = _part_in.__wrapped__ if settings.DEBUG else _part_in
        return build(f"_partials/{template}.html", *self._same, here)

    @property
    def assets_part(self) -> SafeString:
        return self._part("assets")

    @property
    def scripts_part(self) -> SafeString:
        return self._part("scripts")

    @property
    def mark_part(self) -> SafeString:
        return self._part("mark")

    @property
    def navigation_part(self) -> SafeString:
        return self._part("navigation", self._here)

    @property
    def tools_part(self) -> SafeString:
        return self._part("tools")

    @property
    def visitor_part(self) -> SafeString:
        """The header's place for somebody whom the page does not know."""
        return self._part("visitor")

    @property
    def menu_part(self) -> SafeString:
        return self._part("menu", self._here)

    @property
    def human_part(self) -> SafeString:
        return self._part("human")

    @property
    def footer_part(self) -> SafeString:
        return self._part("footer")

    @property
    def footer_slim_part(self) -> SafeString:
        return self._part("footer_slim")

    @cached_property
    def switches(self) -> list[Switch]:
        """This page in the other languages, query and all."""
        if self._request is None:
            return []
        query = self._request.META.get("QUERY_STRING", "")
        return [
            Switch(
                *settings.LANGUAGE_SWITCH[code],
                HTML_LANGUAGE.get(code, code),
                path_in(self._request.path, code) + (f"?{query}" if query else ""),
            )
            for code, _name in settings.LANGUAGES
            if code != self.language
        ]

    @property
    def canonical(self) -> str:
        return settings.PUBLIC_URL + self._request.path if self._request else settings.PUBLIC_URL

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """(hreflang, absolute address) of this page in every language."""
        path = self._request.path if self._request else "/"
        found = [
            (HTML_LANGUAGE.get(code, code), settings.PUBLIC_URL + path_in(path, code))
            for code, _name in settings.LANGUAGES
        ]
        return [*found, ("x-default", settings.PUBLIC_URL + path_in(path, settings.LANGUAGE_CODE))]


def brand(request: HttpRequest) -> dict[str, Brand]:
    return {"brand": Brand(request)}
