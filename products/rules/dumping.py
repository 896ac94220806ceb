"""A product's tree as YAML: block style, in the order in which it was written, every scalar the very text it was."""

from __future__ import annotations

from typing import Any

import yaml

from products.rules.document import Tree

WIDTH = 120
LONGEST_FLOW_LIST = 4_000
# Runs of text that a literal block would not give back character by character.
_BREAKS = ("\r", "\x85", "\u2028", "\u2029", "\ufeff", "\t")


class _Dumper(yaml.SafeDumper):
    """Writes text without guessing types: 30 and yes need no quotes where every scalar is text anyway."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand in from their key."""
        super().increase_indent(flow, False)


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    tag = "tag:yaml.org,2002:str"
    return dumper.represent_scalar(tag, value, style="|" if _fits_a_block(value) else None)


def _fits_a_block(value: str) -> bool:
    """Whether a literal block gives the text back as it is."""
    lines = value.split("\n")
    return (
        len(lines) > 1
        and value.isprintable() is False
        and all(line == line.rstrip() and line.replace(" ", "x").isprintable() for line in lines)
        and not any(mark in value for mark in _BREAKS)
        and not lines[0].startswith(" ")
        and bool(lines[0])
    )


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
