"""Forms of the back office about insurers, their branches, and categories. Whoever changes one says why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from insureweb.kernel.localized import Localized
from products.models import Branch, Category, Insurer, LicenceScope, RegionsFrom
from products.regions import provinces
from products.rules.regions import ALL_REGIONS


def _line(label: Any, length: int = 120, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=length, help_text=hint, widget=UnfoldAdminTextInputWidget)


def _pick(label: Any, choices: Any, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, help_text=hint, widget=UnfoldAdminSelectWidget)


def _ticks(label: Any, choices: Any, hint: Any = "", required: bool = True) -> forms.MultipleChoiceField:
    widget = UnfoldAdminCheckboxSelectMultipleWidget
    return forms.MultipleChoiceField(
        label=label, choices=choices, help_text=hint, required=required, widget=widget
    )  # fmt: skip


def _day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=hint, widget=UnfoldAdminSingleDateWidget)


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("It stays in the history."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )  # fmt: skip


def both(data: dict[str, Any], name: str) -> Localized:
    """A text in both languages from a form's two fields."""
    return Localized(zh_hans=data[f"{name}_zh_hans"], en=data[f"{name}_en"])


def region_choices(more: Iterable[str] = ()) -> list[tuple[str, Any]]:
    """Everywhere, the provinces, and what a record names beside them."""
    known: dict[str, Any] = {ALL_REGIONS: _("Everywhere"), **provinces()}
    return [*known.items(), *((code, code) for code in more if code not in known)]


class _Kept(forms.ModelForm):
    """Shows what the record says in both languages; the service judges and writes."""

    texts: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.texts if self.instance.pk else ():
            text = getattr(self.instance, name)
            self.initial.update({f"{name}_zh_hans": text.zh_hans, f"{name}_en": text.en})


class InsurerChangeForm(_Kept):
    """What may change of an insurer: its names and where it sells."""

    texts = ("name", "short_name")

    name_zh_hans = _line(_("Company name in Chinese"))
    name_en = _line(_("Company name in English"))
    short_name_zh_hans = _line(_("Short name in Chinese"), 30)
    short_name_en = _line(_("Short name in English"), 30)
    regions_from = _pick(
        _("Sale regions come from"), RegionsFrom.choices,
        _("A list: the regions ticked below. Its branches: wherever a branch is open on the day of the sale."),
    )  # fmt: skip
    sale_regions = _ticks(_("Sale regions"), ())
    reason = _reason()

    class Meta:
        model = Insurer
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sale_regions"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101
        field.choices = region_choices(self.instance.sale_regions or ())


class InsurerForm(InsurerChangeForm):
    """A new legal entity."""

    code = _line(_("Insurer code"), 32, _("Lower-case letters, digits and hyphens; it never changes."))
    licence_scope = _pick(
        _("Licence scope"), LicenceScope.choices,
        _("One legal entity may not carry both life and property business (Insurance Law, art. 95)."),
    )  # fmt: skip
    uscc = _line(_("Unified social credit code"), 18)
    number_mark = _line(_("Mark in its policy numbers"), 2, _("One or two capital letters no other insurer has."))

    field_order = ("code", "licence_scope", "uscc", "number_mark")


class BranchForm(_Kept):
    """A branch that opens."""

    insurer = forms.ModelChoiceField(
        Insurer.objects.order_by("code"), label=_("Insurer"), widget=UnfoldAdminSelectWidget
    )
    name_zh_hans = _line(_("Branch name in Chinese"))
    name_en = _line(_("Branch name in English"))
    region = _pick(_("Region"), ())
    opened_on = _day(_("Open from"))
    reason = _reason()

    class Meta:
        model = Branch
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = list(provinces().items())


class BranchCloseForm(forms.ModelForm):
    """The day a branch closes."""

    closed_on = _day(_("Closed from"), _("The first day on which it is closed."))
    reason = _reason()

    class Meta:
        model = Branch
        fields: tuple[str, ...] = ()


class CategoryChangeForm(_Kept):
    """What may change of a category."""

    texts = ("name",)

    name_zh_hans = _line(_("Name in Chinese"), 30)
    name_en = _line(_("Name in English"), 60)
    licence_scopes = _ticks(_("Licences that may carry it"), LicenceScope.choices)
    short_term_scopes = _ticks(
        _("Licences that may carry it for up to one year"), LicenceScope.choices,
        _("Property insurers may sell short-term accident and health cover (Insurance Law, art. 95)."), required=False,
    )  # fmt: skip
    order = forms.IntegerField(
        label=_("Place in the catalogue"), min_value=0, max_value=32767, help_text=_("Smaller stands first."),
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip
    reason = _reason()

    class Meta:
        model = Category
        fields: tuple[str, ...] = ()


class CategoryForm(CategoryChangeForm):
    """A new category."""

    code = _line(_("Category code"), 32, _("Lower-case letters, digits and hyphens; it never changes."))

    field_order = ("code",)
