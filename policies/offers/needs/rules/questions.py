"""The questions of the needs check, and answers to them: untrusted text in, typed text out, what is wrong named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insureweb.kernel.localized import Localized
from products.rules.document import Node

TYPES = ("integer", "money", "choice", "several")
Answer = str | list[str]
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


class AnswerWrong(ValueError):
    """An answer that cannot be used: a stable code and the figures its words need."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code, self.figures = code, figures


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: Localized
    note: Localized | None


@dataclass(frozen=True, slots=True)
class NeedsQuestion:
    """One page. `why` says what the answer is for; `is_fact`: tariffs ask for it under the same name."""

    key: str
    type: str
    text: Localized
    why: Localized | None
    unit: Localized | None
    options: tuple[Option, ...]
    minimum: int
    maximum: int
    is_fact: bool

    def read(self, given: Sequence[str]) -> Answer:
        """The answer of a form's values for this question.

        Raises:
            AnswerWrong: nothing usable was given.
        """
        if self.type == "several":
            known = [option.value for option in self.options]
            if any(value not in known for value in given):
                raise AnswerWrong("not_an_option")
            return [value for value in known if value in given]
        text = unicodedata.normalize("NFKC", given[-1])[:40].replace(",", "").strip() if given else ""
        if not text:
            raise AnswerWrong("required")
        return self._choice(text) if self.type == "choice" else self._number(text)

    def _choice(self, text: str) -> str:
        if text not in {option.value for option in self.options}:
            raise AnswerWrong("not_an_option")
        return text

    def _number(self, text: str) -> str:
        if not _WHOLE.fullmatch(text):
            raise AnswerWrong("not_whole_number")
        if not self.minimum <= int(text) <= self.maximum:
            raise AnswerWrong("outside", low=self.minimum, high=self.maximum)
        return str(int(text))

    def labels(self, answer: Answer) -> list[Localized]:
        """The chosen options' words."""
        chosen = answer if isinstance(answer, list) else [answer]
        return [option.label for option in self.options if option.value in chosen]


@dataclass(frozen=True, slots=True)
class Persona:
    """For whom: the words on the first page, and which questions follow."""

    key: str
    icon: str
    label: Localized
    note: Localized
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Questionnaire:
    personas: Mapping[str, Persona]
    questions: Mapping[str, NeedsQuestion]

    def asked(self, persona: str) -> tuple[NeedsQuestion, ...]:
        return tuple(self.questions[key] for key in self.personas[persona].questions)

    def next_open(self, persona: str, answers: Mapping[str, Answer]) -> NeedsQuestion | None:
        """The first question without an answer; None when all are answered."""
        return next((question for question in self.asked(persona) if question.key not in answers), None)


def read_questionnaire(root: Node) -> Questionnaire:
    """The meaning of tables/questions.yaml.

    Raises:
        ProductFileError: with line and place.
    """
    fields = root.fields("personas questions")
    questions = {key: _question(key, node) for key, node in fields["questions"].named(at_least=1)}
    personas = {key: _persona(key, node, questions) for key, node in fields["personas"].named(at_least=1)}
    return Questionnaire(personas, questions)


def _persona(key: str, node: Node, questions: Mapping[str, NeedsQuestion]) -> Persona:
    fields = node.fields("icon label note questions")
    asked = []
    for item in fields["questions"].items(at_least=1):
        if item.name() not in questions:
            raise item.error(f"there is no question '{item.name()}'")
        asked.append(item.name())
    if asked[-1] != "budget":
        raise fields["questions"].error("the last question is the budget")
    return Persona(
        key, fields["icon"].name(), fields["label"].localized(), fields["note"].localized(), tuple(dict.fromkeys(asked))
    )


def _question(key: str, node: Node) -> NeedsQuestion:
    fields = node.fields("type text", "why unit options min max fact")
    kind = fields["type"].one_of(TYPES)
    options = tuple(_option(item) for item in fields.items_of("options"))
    if (kind in ("choice", "several")) != bool(options):
        raise node.error("options belong to a choice, and only to a choice")
    return NeedsQuestion(
        key=key,
        type=kind,
        text=fields["text"].localized(max_length=120),
        why=fields.localized("why"),
        unit=fields.localized("unit"),
        options=options,
        minimum=fields.integer("min", 0, maximum=100_000_000),
        maximum=fields.integer("max", 0, maximum=100_000_000),
        is_fact=fields.flag("fact"),
    )


def _option(node: Node) -> Option:
    fields = node.fields("value label", "note")
    return Option(
        fields["value"].text(max_length=20), fields["label"].localized(max_length=80), fields.localized("note")
    )
