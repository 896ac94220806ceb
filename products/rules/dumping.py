"""A product's tree as YAML: block style, in the order in which it was written, every scalar the very text it was."""

from __future__ import annotations

from typing import Any

import yaml

from products.rules.document import Tree

WIDTH = 120
LONGEST_FLOW_LIST = 4_000
# The two spaces and the tab are no printable characters, yet stand in texts as they are.
_BLANKS = str.maketrans({" ": "x", "\u3000": "x", "\t": "x"})


class _Dumper(yaml.SafeDumper):
    """Writes text without guessing types: 30 and yes need no quotes where every scalar is text anyway."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand in from their key."""
        super().increase_indent(flow, False)


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))


def _style(value: str) -> str | None:
    """How a text is written: plain or quoted as it needs, a literal block, or with escapes."""
    lines = value.split("\n")
    if not value or not all(line.translate(_BLANKS).isprintable() for line in lines):
        return '"'
    tidy = "\t" not in value and value[0] not in " \n" and all(not line.endswith(" ") for line in lines)
    if len(lines) > 1:
        return "|" if tidy else '"'
    return None if tidy else '"'


def _list(dumper: _Dumper, value: list[Any]) -> yaml.SequenceNode:
    """A list of short texts, as the rows of a table are, stands on one line."""
    short = all(isinstance(item, str) and "\n" not in item for item in value)
    flow = short and sum(map(len, value)) <= LONGEST_FLOW_LIST
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flow)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def to_yaml(tree: Tree) -> str:
    """YAML text that reads back as exactly this tree."""
    text: str = yaml.dump(
        tree, Dumper=_Dumper, width=WIDTH, allow_unicode=True, sort_keys=False, default_flow_style=False
    )
    return text
