"""How a form's questions are drawn: kept values, ids that match, errors that can be reached."""

from datetime import date

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from insureweb.kernel import form_parts
from insureweb.kernel.form_fields import DatePartsField
from tests.unit.pages.drawing import draw


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


class Questions(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="For the policy")
    plan = forms.ChoiceField(label="Plan", choices=[("", "---"), ("a", "Basic"), ("b", "Plus")])
    smokes = forms.ChoiceField(label="Smoker?", choices=[("no", "No"), ("yes", "Yes")], widget=forms.RadioSelect)
    since = DatePartsField(label="Since when?")
    agree = forms.BooleanField(label="I agree")
    story = forms.CharField(label="Story", widget=forms.Textarea, required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


WRONG = {
    "email": 'x"><b>',
    "plan": "b",
    "smokes": "yes",
    "since_0": "14",
    "since_1": "21",
    "since_2": "2025",
    "story": "<i>",
}


def drawn(form, name, **attributes):
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return draw(f'<c-field :field="form.{name}"{extra} />', {"form": form})


def test_typed_value_comes_back_escaped():
    page = drawn(Questions(WRONG), "email")
    assert 'value="x&quot;&gt;&lt;b&gt;"' in page
    assert "&lt;i&gt;" in drawn(Questions(WRONG), "story")


def test_error_and_hint_describe_the_input():
    page = drawn(Questions(WRONG), "email")
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_email-hint id_email-error"' in page
    assert 'id="id_email-error"' in page
    assert 'id="id_email-hint"' in page
    assert "aria-describedby" not in drawn(Questions(), "story")


def test_radio_group_is_a_fieldset_with_the_answer_kept():
    page = drawn(Questions(WRONG), "smokes", columns="two")
    assert "<fieldset" in page
    assert 'id="id_smokes_1" checked' in page
    assert "answers--two" in page
    assert "checked" not in drawn(Questions(), "smokes")


def test_select_keeps_the_choice_and_optional_fields_say_so():
    assert '<option value="b" selected>' in drawn(Questions(WRONG), "plan")
    assert "(optional)" in drawn(Questions(), "story")


def test_date_in_three_boxes_keeps_what_was_typed():
    page = drawn(Questions(WRONG), "since")
    assert 'name="since_1"' in page
    assert 'value="21"' in page
    assert "The month must be between 1 and 12." in page


def test_a_tick_is_one_label_with_its_error_above():
    page = drawn(Questions(WRONG), "agree")
    assert page.index("please answer this") < page.index('type="checkbox"')


def test_hidden_fields_are_bare():
    assert drawn(Questions(), "token").strip().startswith('<input type="hidden"')


def test_field_without_a_form():
    source = '<c-field name="age" label="Age" value="{{ raw }}" error="{{ error }}" inputmode="numeric" required />'
    page = draw(source, {"raw": "17<", "error": "Too young"})
    assert 'value="17&lt;"' in page
    assert 'inputmode="numeric"' in page
    assert "Too young" in page
    assert "(optional)" not in page


def test_plain_choices_and_dates():
    options = [("1", "Office"), ("2", "Field", "Sales")]
    select = draw('<c-field kind="select" name="job" label="Job" :options="options" value="2" />', {"options": options})
    assert '<option value="2" selected>Field</option>' in select
    ticks = draw(
        '<c-field kind="checkbox" name="job" label="Job" :options="options" :value="chosen" />',
        {"options": options, "chosen": ["1", "2"]},
    )
    assert ticks.count("checked") == 2
    assert "<small>Sales</small>" in ticks
    parts = draw('<c-date-parts name="day" legend="When?" value="2025-03-27" />', {})
    assert 'value="27"' in parts
    assert 'value="3"' in parts


def test_summary_links_to_every_field_at_fault():
    page = draw('<c-error-summary :form="form" />', {"form": Questions(WRONG)})
    assert "There is a problem with 3 answers" in page
    for target in ("id_email", "id_since_0", "id_agree"):
        assert f'href="#{target}"' in page
    assert 'role="alert"' in page
    assert draw('<c-error-summary :form="form" />', {"form": Questions()}).strip() == ""


def test_summary_from_pairs():
    page = draw('<c-error-summary :errors="errors" />', {"errors": [("id_age", "Too young")]})
    assert '<a href="#id_age">Too young</a>' in page


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("14", "", "2025"), "missing"),
        (("x", "2", "2025"), "digits"),
        (("1", "13", "2025"), "month"),
        (("30", "2", "2025"), "day"),
        (("1", "2", "25"), "year"),
        (("²", "2", "2025"), "digits"),
    ],
)
def test_date_parts_say_what_is_wrong(typed, code):
    with pytest.raises(forms.ValidationError) as caught:
        DatePartsField().clean(list(typed))
    assert caught.value.code == code


def test_date_parts_clean_to_a_date():
    assert DatePartsField().clean(["29", "2", "2024"]) == date(2024, 2, 29)
    assert DatePartsField(required=False).clean(["", "", ""]) is None
    data = MultiValueDict({"since_0": ["1"], "since_1": ["2"], "since_2": ["2025"]})
    assert DatePartsField().widget.value_from_datadict(data, {}, "since") == ["1", "2", "2025"]


def test_extra_attributes_reach_the_control():
    page = draw(
        '<c-field :field="form.email" hx-get="/x/" autocomplete="email" placeholder="" />', {"form": Questions()}
    )
    assert 'hx-get="/x/"' in page
    assert 'autocomplete="email"' in page


def test_kind_of_widget_defaults_to_text():
    assert form_parts.kind_of_widget(forms.NumberInput()) == "text"
