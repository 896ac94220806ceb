"""What customers and adjusters type about claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.checks import INCIDENT_CHECKS, Incident, Relative, check_payee
from claims.models import BenefitKind, Cause, Payee, RefusalGround
from claims.selectors.cover import Cover, covers_of
from insureweb.kernel.checks import Refused
from insureweb.kernel.form_fields import DatePartsField
from insureweb.kernel.localized import Localized
from policies.contract.models import Policy

COSTS = (BenefitKind.REIMBURSEMENT, BenefitKind.INDEMNITY)


@dataclass(frozen=True, slots=True)
class Choice:
    """One cover of one policy that may be claimed on."""

    key: str
    policy: Policy
    cover: Cover

    @property
    def label(self) -> str:
        return str(self.cover.name)

    @property
    def note(self) -> str:
        return f"{self.policy.product_version.product.name} {self.policy.no}"


def choices_of(policies: Iterable[Policy], today: date) -> list[Choice]:
    """Every cover of every policy, without those the customer left out."""
    return [
        Choice(f"{policy.no}:{cover.code}", policy, cover)
        for policy in policies
        for cover in covers_of(policy, today)
        if cover.terms.limit != 0
    ]


class IncidentForm(forms.Form):
    """Step 1: which cover, what happened, when. Fields follow the kind of cover once it is known."""

    cover = forms.ChoiceField(
        label=_("Which cover is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you are claiming for.")},
    )
    event_date = DatePartsField(
        label=_("When did it happen?"),
        help_text=_("The day of the accident, or the day the illness began."),
        error_messages={"required": _("Tell us the day on which it happened.")},
    )
    what_happened = forms.CharField(
        label=_("What happened?"),
        help_text=_("Two or three sentences are enough: where, how, which part of the body or thing."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Say in a few words what happened.")},
    )
    cause = forms.ChoiceField(
        label=_("What was the cause?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the cause.")},
    )
    hospital = forms.CharField(
        label=_("Hospital"), max_length=120, error_messages={"required": _("Name the hospital.")}
    )
    admitted = DatePartsField(
        label=_("Into hospital on"), error_messages={"required": _("Tell us the day you went into hospital.")}
    )
    discharged = DatePartsField(
        label=_("Out of hospital on"),
        error_messages={
            "required": _("Tell us the day you left hospital. If you are still there, report when you are out.")
        },
    )
    claimed = forms.DecimalField(
        label=_("What did you pay, or what does the damage cost?"),
        help_text=_("In yuan, after what social insurance paid."),
        max_digits=10,
        decimal_places=2,
        error_messages={"required": _("Enter what you paid or what the damage costs, above zero.")},
    )

    def __init__(self, choices: Sequence[Choice], today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = {choice.key: choice for choice in choices}
        self.today = today
        self.fields["cover"].choices = [(choice.key, choice.label) for choice in choices]  # type: ignore[attr-defined]
        self.fields["cover"].notes = {choice.key: choice.note for choice in choices}  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["cover"].initial = choices[0].key
        self.fields["cause"].choices = list(self._causes.items())  # type: ignore[attr-defined]
        for name in ("hospital", "admitted", "discharged"):
            self.fields[name].required = self.kind == BenefitKind.DAILY_CASH
        self.fields["claimed"].required = self.kind in COSTS

    @property
    def choice(self) -> Choice | None:
        """The cover chosen so far, also while other fields are still wrong."""
        return self.options.get(str(self["cover"].value() or ""))

    @property
    def kind(self) -> str:
        """The kind of benefit of the cover chosen; empty while none is."""
        return self.choice.cover.terms.kind if self.choice else ""

    @property
    def _causes(self) -> dict[str, Any]:
        """The causes of the chosen cover, or of all that may be chosen; "something else" stands last."""
        found: dict[str, Any] = {}
        for choice in [self.choice] if self.choice else self.options.values():
            found |= choice.cover.cause_choices
        other = found.pop(Cause.OTHER.value, Cause.OTHER.label)
        return found | {Cause.OTHER.value: other}

    @property
    def _kinds(self) -> set[str]:
        """The kinds the fields must serve: the chosen one, or all that may be chosen."""
        return {self.kind} if self.kind else {choice.cover.terms.kind for choice in self.options.values()}

    @property
    def asks_hospital(self) -> bool:
        return BenefitKind.DAILY_CASH in self._kinds

    @property
    def asks_costs(self) -> bool:
        return not self._kinds.isdisjoint(COSTS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        choice = self.options.get(cleaned.get("cover", ""))
        if choice is None:
            return cleaned
        self.incident = Incident(
            cause=cleaned.get("cause", Cause.ACCIDENT),
            event_date=cleaned.get("event_date"),
            what_happened=cleaned.get("what_happened", ""),
            hospital=cleaned.get("hospital", ""),
            admitted=cleaned.get("admitted"),
            discharged=cleaned.get("discharged"),
            claimed=cleaned.get("claimed"),
        )
        for check in INCIDENT_CHECKS:
            try:
                check(self.incident, choice.cover.terms.kind, self.today)
            except Refused as refusal:
                if refusal.field not in self.errors:
                    self.add_error(refusal.field, str(refusal.message))
        return cleaned


class PayeeForm(forms.Form):
    """Step 3: the account. A known one is offered by its last digits and never sent to the page."""

    KNOWN, OTHER = "known", "other"

    which = forms.ChoiceField(label=_("Pay to"), widget=forms.RadioSelect, required=False)
    account = forms.CharField(
        label=_("Bank account number"),
        help_text=_("The account must be in your own name."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    # Who receives a death benefit instead of the insured person; only `MemberPayeeForm` asks.
    relative: Relative | None = None

    def __init__(self, known_ending: str, *args: Any, for_another: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_ending = known_ending
        if for_another:
            self.fields["account"].help_text = _("The account must be in the insured person's own name.")
        if known_ending:
            label = _("The account ending %(ending)s") % {"ending": known_ending}
            self.fields["which"].choices = [(self.KNOWN, label), (self.OTHER, _("Another account"))]  # type: ignore[attr-defined]
            self.fields["which"].initial = self.KNOWN
        else:
            del self.fields["which"]
            self.fields["account"].required = True

    @property
    def uses_known(self) -> bool:
        return bool(self.known_ending) and self.cleaned_data.get("which") == self.KNOWN

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.known_ending and not cleaned.get("which"):
            cleaned["which"] = self.OTHER if cleaned.get("account") else self.KNOWN
        if self.known_ending and cleaned.get("which") == self.KNOWN:
            return cleaned
        try:
            cleaned["account"] = check_payee(cleaned.get("account", ""))
        except Refused as refusal:
            if "account" not in self.errors:
                self.add_error("account", str(refusal.message))
        return cleaned


class MemberPayeeForm(PayeeForm):
    """Step 3 of a sum that is due on a member's death or disability: the member, or a person of the close family."""

    payee_is = forms.ChoiceField(
        label=_("Who receives the money?"),
        help_text=_(
            "After a death it goes to whom the insured person named, or else to the heirs; never to the employer."
        ),
        widget=forms.RadioSelect,
        choices=Payee.choices,
        initial=Payee.SELF,
    )
    name = forms.CharField(
        label=_("Name of the relative"), help_text=_("Only when it goes to the family."), max_length=80, required=False
    )
    id_number = forms.CharField(
        label=_("Resident ID number of the relative"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    field_order = ("payee_is", "name", "id_number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].help_text = _("The account must be in the name of the person who receives the money.")

    @property
    def relative(self) -> Relative | None:  # type: ignore[override]
        told = self.cleaned_data
        if told["payee_is"] == Payee.SELF:
            return None
        return Relative(told["payee_is"], told["name"], told["id_number"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("payee_is", Payee.SELF) != Payee.SELF:
            for field in ("name", "id_number"):
                if not cleaned.get(field, "").strip() and field not in self.errors:
                    self.add_error(field, _("Tell us who receives the money."))
            if cleaned.get("which") == self.KNOWN:
                self.add_error(
                    "which", _("This account is the insured person's. Name the account of the person chosen.")
                )
        return cleaned


class ReviewForm(forms.Form):
    words = forms.CharField(
        label=_("What should we look at again?"),
        help_text=_("You may leave this empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )


class DeskForm(forms.Form):
    """The adjuster's decision. Which fields matter depends on the decision; the service is the judge."""

    PAY, ADVANCE, ASK, REFUSE, UPHOLD = "pay", "advance", "ask", "refuse", "uphold"
    # Needed for some decisions; the page does not call them optional.
    DEPENDING = ("amount", "wanted", "ground", "words_zh", "words_en", "note")
    use_required_attribute = False

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            (PAY, _("Pay")),
            (ADVANCE, _("Pay the part that is certain")),
            (ASK, _("Ask for documents, once")),
            (REFUSE, _("Refuse")),
            (UPHOLD, _("Review: the decision stands")),
        ],
        error_messages={"required": _("Choose a decision.")},
    )
    amount = forms.DecimalField(label=_("Amount to pay"), max_digits=12, decimal_places=2, required=False)
    wanted = forms.MultipleChoiceField(
        label=_("Documents that are missing"), widget=forms.CheckboxSelectMultiple, required=False
    )
    ground = forms.ChoiceField(
        label=_("Ground of refusal"), choices=[("", _("Choose a ground")), *RefusalGround.choices], required=False
    )
    words_zh = forms.CharField(
        label=_("Words the customer will read, in Chinese"),
        widget=forms.Textarea(attrs={"rows": 3, "lang": "zh-Hans"}),
        max_length=1000,
        required=False,
    )
    words_en = forms.CharField(
        label=_("The same in English"),
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
        max_length=1000,
        required=False,
    )
    note = forms.CharField(
        label=_("Reason on file"),
        help_text=_("Seen by colleagues and auditors only."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )

    def __init__(self, papers: Sequence[tuple[str, str]], *args: Any, is_review: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unfit = self.REFUSE if is_review else self.UPHOLD
        choices = self.fields["decision"].choices  # type: ignore[attr-defined]
        self.fields["decision"].choices = [choice for choice in choices if choice[0] != unfit]  # type: ignore[attr-defined]
        self.fields["wanted"].choices = [*papers, ("other", _("Another document, named below"))]  # type: ignore[attr-defined]
        if not self.is_bound:
            self._show_as_needed()

    def full_clean(self) -> None:
        """Validate, then let the page show the fields that depend on the decision without "optional"."""
        super().full_clean()
        self._show_as_needed()

    def _show_as_needed(self) -> None:
        for name in self.DEPENDING:
            self.fields[name].required = True

    @property
    def words(self) -> Localized | None:
        chinese, english = self.cleaned_data["words_zh"].strip(), self.cleaned_data["words_en"].strip()
        return Localized(chinese or english, english or chinese) if chinese or english else None

    @property
    def paid(self) -> Decimal:
        return self.cleaned_data.get("amount") or Decimal(0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        decision = cleaned.get("decision")
        chinese, english = cleaned.get("words_zh", "").strip(), cleaned.get("words_en", "").strip()
        if decision in (self.REFUSE, self.UPHOLD) and not (chinese and english):
            self.add_error(
                "words_en" if chinese else "words_zh", _("Write what the customer will read, in both languages.")
            )
        if decision == self.REFUSE and not cleaned.get("ground"):
            self.add_error("ground", _("Choose a ground."))
        if decision in (self.PAY, self.ADVANCE) and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Enter an amount."))
        return cleaned
