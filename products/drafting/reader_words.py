"""What the reader of product files says, in the language of the desk; what has no words here stays as it said it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from products.rules.document import ProductFileError

_PATTERNS: tuple[tuple[str, Any], ...] = (
    (r"must not be empty", _("This must not be empty.")),
    (r"longer than (?P<n>\d+) characters", _("Use at most %(n)s characters.")),
    (r"expected a (?:text|list|mapping) here.*", _("Something else is expected at this place.")),
    (r"needs at least (?P<n>\d+) entries", _("At least %(n)s are needed here.")),
    (r"unknown key; known are (?P<known>.+)", _("This key is not known; known are %(known)s.")),
    (r"the key '(?P<key>.+)' is missing", _("“%(key)s” is missing.")),
    (r"the key stands twice, first in line (?P<line>\d+)", _("This key stands twice, first in line %(line)s.")),
    (
        r"'(?P<text>.*)' is not a name of lower-case letters, digits and underscores",
        _("“%(text)s” is not a name of lower-case letters, digits and underscores."),
    ),
    (
        r"'(?P<text>.*)' is not a code of lower-case letters, digits and hyphens",
        _("“%(text)s” is not a code of lower-case letters, digits and hyphens."),
    ),
    (r"'(?P<text>.*)' is not one of (?P<known>.+)", _("“%(text)s” is not one of %(known)s.")),
    (r"'(?P<text>.*)' is not a whole number", _("“%(text)s” is not a whole number.")),
    (r"'(?P<text>.*)' is not a decimal number", _("“%(text)s” is not a number.")),
    (r"'(?P<text>.*)' is not a date like 2026-03-01", _("“%(text)s” is not a date like 2026-03-01.")),
    (r"(?P<n>-?[\d.]+) is outside (?P<low>\S+) to (?P<high>\S+)", _("%(n)s is outside %(low)s to %(high)s.")),
    (r"(?P<n>-?[\d.]+) is below (?P<low>\S+)", _("%(n)s is below %(low)s.")),
    (r"the wording has no clause (?P<clause>.+)", _("The wording has no clause %(clause)s.")),
    (r"contains a (?:control|NUL) character", _("Remove characters that cannot be printed.")),
    (r"anchors and aliases are not allowed", _("Anchors and aliases are not allowed.")),
    (r"not YAML: (?P<why>.+)", _("This is not YAML: %(why)s.")),
    (r"there is no (?P<what>wording|table|line|coverage) '(?P<name>.*)'", _("There is no %(what)s “%(name)s”.")),
    (r"'(?P<name>.*)' is not an input of this product", _("“%(name)s” is no input of this product.")),
    (r"'(?P<name>.*)' is no input, no question and no fact of the platform",
     _("“%(name)s” is no input, no question and no fact of the platform.")),
    (r"a number needs options, or min and max", _("A number needs options, or a smallest and a largest value.")),
    (r"a number needs min and max", _("A number needs a smallest and a largest value.")),
    (r"a choice needs options", _("A choice needs options.")),
    (r"max is below min", _("The largest value is below the smallest.")),
    (r"an option stands twice", _("An option stands twice.")),
    (r"the table (?P<table>\S+) has no row for (?P<facts>.+), which the inputs allow",
     _("The table %(table)s has no row for %(facts)s, which the inputs allow.")),
    (r"no premium line prices (?P<what>.+)", _("No premium line prices %(what)s.")),
    (r"the sale ends before it starts", _("The sale ends before it starts.")),
    (r"an actuary signs on a day: both keys or none", _("An actuary signs on a day: give both or none.")),
    (r"the plan does not set '(?P<name>.*)', which only plans may set",
     _("The plan does not set “%(name)s”, which only plans may set.")),
    (r"the name '(?P<name>.*)' is taken", _("The name “%(name)s” is taken.")),
)  # fmt: skip
_COMPILED = [(re.compile(pattern, re.DOTALL), words) for pattern, words in _PATTERNS]


def words_of(error: ProductFileError) -> str:
    """The message in the reader's language."""
    for pattern, words in _COMPILED:
        if found := pattern.fullmatch(error.message):
            return str(words) % found.groupdict()
    return error.message
