"""Text in both languages of the house, stored as one jsonb value."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Localized:
    """The same words in Simplified Chinese and English; `str()` gives the reader's."""

    zh_hans: str
    en: str

    @classmethod
    def read(cls, value: Any) -> "Localized":
        """From {"zh-hans": …, "en": …}.

        Raises:
            ValueError: a language is missing, empty or not text.
        """
        if isinstance(value, Localized):
            return value
        if not isinstance(value, dict) or set(value) != set(LANGUAGES):
            raise ValueError("Text is needed in zh-hans and en.")
        if not all(isinstance(text, str) and text.strip() for text in value.values()):
            raise ValueError("Text must not be empty in either language.")
        return cls(zh_hans=value["zh-hans"], en=value["en"])

    def as_dict(self) -> dict[str, str]:
        return {"zh-hans": self.zh_hans, "en": self.en}

    def get(self, language: str | None) -> str:
        return self.en if (language or "").startswith("en") else self.zh_hans

    def __str__(self) -> str:
        return self.get(get_language())


class LocalizedField(models.JSONField):
    """A `Localized` in a jsonb column; pair it with `localized_check` so that both languages are required."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Localized | None:
        plain = super().from_db_value(value, expression, connection)
        return None if plain is None else Localized.read(plain)

    def to_python(self, value: Any) -> Localized | None:
        if value is None or isinstance(value, Localized):
            return value
        try:
            return Localized.read(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, Localized):
            value = value.as_dict()
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> Any:
        value = self.value_from_object(obj)
        return value.as_dict() if isinstance(value, Localized) else value

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value.as_dict() if isinstance(value, Localized) else value, model_instance)


def localized_check(name: str, *, table: str) -> models.CheckConstraint:
    """CHECK: both languages are present."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{name}__has_keys": list(LANGUAGES)}), name=f"{table}_{name}_in_both_languages"
    )
