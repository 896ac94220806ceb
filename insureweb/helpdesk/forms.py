"""What people type when they write to us, ask for a call or complain."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from customers.models import User
from customers.rules.details import DetailInvalid, read_name, read_phone
from insureweb.helpdesk.models import LONGEST_TEXT, TicketKind, Topic
from insureweb.helpdesk.rules.calls import CallWindow
from insureweb.helpdesk.services.tickets import Contact
from insureweb.kernel.numbers import is_well_formed
from insureweb.kernel.templatetags.house import day_text

LABELS = {
    TicketKind.QUESTION: _("Your message"),
    TicketKind.CALL_BACK: _("What should we know before we call?"),
    TicketKind.COMPLAINT: _("What went wrong, and what should we do about it?"),
}


class MessageForm(forms.Form):
    """More words in a conversation."""

    body = forms.CharField(
        label=_("Your message"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what we should know.")},
    )  # fmt: skip


class TicketForm(forms.Form):
    """One form for the three kinds; an account is not asked for its address again."""

    topic = forms.ChoiceField(
        label=_("What is it about?"), choices=Topic.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )  # fmt: skip
    body = forms.CharField(
        max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what we should know.")},
    )  # fmt: skip
    subject_no = forms.CharField(
        label=_("Policy or claim number"), help_text=_("When you have it at hand."), max_length=32, required=False
    )
    call = forms.ChoiceField(
        label=_("When should we call?"), error_messages={"required": _("Choose when we should call.")},
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), max_length=60, error_messages={"required": _("Tell us your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone number"), max_length=32, error_messages={"required": _("Tell us the number to call.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("The answer goes there."),
        validators=[ProhibitNullCharactersValidator()],
        error_messages={
            "required": _("Tell us an e-mail address for the answer."),
            "invalid": _("Enter an e-mail address, such as name@example.com."),
        },
    )  # fmt: skip

    def __init__(
        self, kind: TicketKind, user: User | None, windows: Sequence[CallWindow], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.windows = kind, {window.key: window for window in windows}
        self.fields["body"].label = LABELS[kind]
        choices = [("", _("Choose an hour"))] + [
            (window.key, f"{day_text(window.day, 'weekday')}, {window.hours}") for window in windows
        ]
        self.fields["call"].choices = choices  # type: ignore[attr-defined]
        for name in self._left_out(user):
            del self.fields[name]
        if kind == TicketKind.CALL_BACK:
            self.fields["body"].required = False
        elif "phone" in self.fields:
            self.fields["phone"].required = False

    def _left_out(self, user: User | None) -> list[str]:
        left_out = ["call"] if self.kind != TicketKind.CALL_BACK else ["email"]
        if user is not None:
            left_out += ["name", *({"email"} - set(left_out))]
            left_out += ["phone"] if self.kind == TicketKind.QUESTION else []
        return left_out

    def clean_name(self) -> str:
        try:
            return read_name(self.cleaned_data["name"])
        except DetailInvalid:
            raise forms.ValidationError(_("This does not look like a name.")) from None

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["phone"])
        except DetailInvalid:
            raise forms.ValidationError(_("This does not look like a phone number.")) from None

    def clean_subject_no(self) -> str:
        number = str(self.cleaned_data["subject_no"]).strip().upper()
        if number and not is_well_formed(number):
            raise forms.ValidationError(_("This is not one of our numbers. Check it, or leave it out."))
        return number

    @property
    def contact(self) -> Contact:
        read = self.cleaned_data.get
        return Contact(name=read("name") or "", phone=read("phone") or "", email=read("email") or "")

    @property
    def call_window(self) -> CallWindow | None:
        return self.windows.get(self.cleaned_data.get("call", ""))
