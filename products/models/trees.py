"""A product's definition in a column: text, so that its parts keep the order in which they were written."""

import json
from typing import Any

from django.db import models

from products.rules.document import Tree


class TreeField(models.TextField):
    """A tree of text, lists and mappings, stored as JSON text.

    PostgreSQL's jsonb sorts the keys of a mapping by length. The order of inputs, coverages and lines is part of what
    a product says, and the order of a table's keys gives its cells their meaning: it has to survive.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Tree | None:
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""
