"""Draw a fragment that uses components."""

from typing import Any

from django.template import engines
from django_cotton.compiler_regex import CottonCompiler


def draw(source: str, values: dict[str, Any]) -> str:
    return str(engines["django"].from_string(CottonCompiler().process(source)).render(values))
