"""From nodes to the definition: one module a part of the file."""

from products.rules.reading.whole import read_definition

__all__ = ["read_definition"]
