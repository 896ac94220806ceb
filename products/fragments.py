"""Pieces of pages that say only what a frozen version says: drawn once a process, version and language.

A published version never changes, so its list of exclusions is the same in every answer. What else a piece depends on
stands in its key; what a visitor typed is never kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MAX_FRAGMENTS = 1_000
_drawn: OrderedDict[tuple[Hashable, ...], SafeString] = OrderedDict()


def fragment(
    template: str, key: Hashable | None, context: Callable[[], Mapping[str, Any]], request: HttpRequest | None = None
) -> SafeString:
    """The template drawn with this context; `key` names everything the context holds. No key: drawn, not kept.

    A template that names the brand needs the request; it may show nothing of the visitor.
    """
    if key is None:
        return render_to_string(template, dict(context()), request)
    place = (template, get_language(), key)
    found = _drawn.get(place)
    if found is None or settings.DEBUG:
        found = _drawn[place] = render_to_string(template, dict(context()), request)
        while len(_drawn) > MAX_FRAGMENTS:
            _drawn.popitem(last=False)
    return found
