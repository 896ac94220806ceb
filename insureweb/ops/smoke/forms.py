"""Reads the forms of a page the way a browser without JavaScript does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

BUTTON_TYPES = frozenset({"submit", "image", "button", "reset"})


@dataclass(frozen=True)
class Button:
    """A button that sends its form, perhaps somewhere else."""

    name: str
    value: str
    action: str = ""


@dataclass
class Form:
    """One form: where it goes, what it would send untouched, and what a person may choose."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return set(self.kinds)

    @property
    def is_for_people(self) -> bool:
        """A form with anything to fill or press beyond hidden fields."""
        return any(kind != "hidden" for kind in self.kinds.values()) or bool(self.buttons)


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._select: tuple[str, bool] | None = None
        self._textarea: str | None = None
        self._link: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attributes}
        if tag == "form":
            action = urljoin(self.address, facts.get("action") or self.address)
            self._form = Form(action=action, method=facts.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a" and "href" in facts:
            self._link, self._text = urljoin(self.address, facts["href"]), []
        elif self._form is not None and "disabled" not in facts and "form" not in facts:
            # A control with a `form` attribute belongs to another form than the one it stands in.
            self._control(self._form, tag, facts)

    def _control(self, form: Form, tag: str, facts: dict[str, str]) -> None:
        name = facts.get("name", "")
        if tag == "input":
            self._input(form, name, facts)
        elif tag == "button" and facts.get("type", "submit") == "submit":
            self._button(form, name, facts)
        elif tag == "select" and name:
            self._select = (name, False)
            form.kinds[name] = "select"
        elif tag == "option" and self._select is not None:
            self._option(form, facts)
        elif tag == "textarea" and name:
            self._textarea, self._text = name, []
            form.kinds[name] = "textarea"

    def _input(self, form: Form, name: str, facts: dict[str, str]) -> None:
        kind = facts.get("type", "text").lower()
        if kind in BUTTON_TYPES:
            self._button(form, name, facts)
        elif name and kind in {"radio", "checkbox"}:
            form.kinds[name] = kind
            form.choices.setdefault(name, []).append(facts.get("value", "on"))
            if "checked" in facts:
                form.values.setdefault(name, []).append(facts.get("value", "on"))
        elif name:
            form.kinds[name] = kind
            if kind != "file":
                form.values[name] = [facts.get("value", "")]

    def _button(self, form: Form, name: str, facts: dict[str, str]) -> None:
        elsewhere = urljoin(self.address, facts["formaction"]) if facts.get("formaction") else ""
        form.buttons.append(Button(name, facts.get("value", ""), elsewhere))

    def _option(self, form: Form, facts: dict[str, str]) -> None:
        if self._select is None:
            return
        name, chosen = self._select
        value = facts.get("value", "")
        form.choices.setdefault(name, []).append(value)
        if "selected" in facts or not chosen:
            form.values[name] = [value]
            self._select = (name, True)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea and self._form is not None:
            self._form.values[self._textarea] = ["".join(self._text)]
            self._textarea = None
        elif tag == "a" and self._link:
            self.links.append((self._link, " ".join("".join(self._text).split())))
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._textarea or self._link:
            self._text.append(data)


def read_page(html: str, address: str) -> tuple[list[Form], list[tuple[str, str]]]:
    """The forms and the links (address, text) of a page."""
    reader = _Reader(address)
    reader.feed(html)
    reader.close()
    return reader.forms, reader.links
