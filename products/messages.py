"""Words for what can be wrong with a fact, and why the house refuses an act on a product; translated when shown."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from insureweb.kernel import resident_id

_WORDS: dict[str, Any] = {
    "required": _("Enter or choose a value."),
    "unknown_field": _("This product does not use this field."),
    "column_twice": _("This column stands twice."),
    "unknown_plan": _("Choose one of the plans shown."),
    "two_plans": _("The facts name another plan than the one asked for."),
    "plan_required": _("Choose a plan."),
    "not_text": _("This is not text or a number."),
    "too_long": _("Use at most {limit} characters."),
    "bad_characters": _("Remove characters that cannot be printed."),
    "not_whole_number": _("Enter a whole number in digits, for example 30."),
    "not_a_number": _("Enter a number in digits, for example 200000 or 12.5."),
    "outside": _("Enter a number from {low} to {high}."),
    "below": _("Enter {low} or more."),
    "above": _("Enter {high} or less."),
    "not_a_multiple": _("Enter a multiple of {step}."),
    "not_an_option": _("Choose one of the options shown."),
    "not_yes_or_no": _("Answer yes or no."),
    "not_a_date": _("Enter a date like 1995-08-31."),
    "too_early": _("Enter {day} or a later date."),
    "too_late": _("Enter {day} or an earlier date."),
    "too_precise": _("Enter an amount in yuan with at most two decimals."),
    "not_a_company_code": _("This is not a unified social credit code. It has 18 characters."),
    "not_a_plate": _("Enter a mainland number plate as it stands on the vehicle licence, province character first."),
    "not_a_vin": _("A vehicle identification number has 17 letters and digits, without I, O and Q."),
    "vin_check_digit": _(
        "This vehicle identification number has a mistyped character. Please compare it with the licence."
    ),
    "address_too_short": _("Enter the full address, with the number of the house."),
    "too_many_rows": _("Enter at most {limit} lines."),
    "wrong_cells": _("{count} entries are needed, separated by commas"),
    "bad_rows": _("Some lines cannot be taken. {rows}"),
    "bad_row": _("Line {line}, {column}: {problem}"),
    "more_rows": _("And {count} more."),
    "ends_before_it_starts": _("At this age the cover would end before it begins. Choose another length."),
    "ends_too_late": _("The cover may last until age {age} at most. Choose a shorter one."),
    "pays_too_long": _("Premiums may be paid for {years} years at most, as long as the cover lasts."),
    "no_price": _("The tariff has no price here: {why}"),
    **{f"id_{code}": words for code, words in resident_id.WORDS.items()},
}

OUTCOME_WORDS: dict[str, Any] = {
    "accept": _("Accept"),
    "load": _("Load"),
    "exclude": _("Exclude"),
    "refer": _("Refer"),
    "postpone": _("Postpone"),
    "decline": _("Decline"),
    "pay": _("Pay"),
    "refuse": _("Refuse"),
}

_REFUSALS: dict[str, Any] = {
    "unwritten": _("Texts of the empty draft that are still to be written: {count}."),
    "not_confirmed": _("Tick that you know this cannot be undone."),
    "no_filing": _("The version has no filing number. A product sold online is filed first."),
    "no_actuary": _("The actuary has not signed this version."),
    "filed_later": _("The filing or the actuary’s signature is dated after today."),
    "not_signed": _("No actuary has signed this version off. Nobody publishes it before that."),
    "not_in_review": _("Only a version in review is signed off."),
    "sign_not_allowed": _("Only an actuary may sign a version off."),
    "own_signature": _("You handed this version in. Another person has to sign it off."),
    "no_wording": _("The version has no registered wording of the kind “terms”."),
    "outside_licence": _("{insurer} is not licensed for {category}."),
    "outside_regions": _("{insurer} may not sell in {regions}."),
    "cooling_off_too_short": _("The cooling-off period is {days} days; the floor is {floor} days ({article})."),
    "no_vectors": _("The version needs at least one test vector with a price."),
    "untried_outcomes": _("No test vector shows these outcomes of the underwriting table: {outcomes}"),
    "vector_failed": _("A test vector of the version fails: {details}"),
    "unexamined_table": _("Rules of the table “{table}” meet where only one may decide: {details}"),
    "interest_too_high": _("The pricing interest of {percent}% is above the limit of {limit}% ({article})."),
    "no_cash_values": _("Long-term life cover needs its cash values (Insurance Law, art. 47)."),
    "cash_value_too_low": _("The cash values are below the regulator’s floor ({article})."),
    "own_submission": _("You handed this version in. Somebody else has to publish it."),
    "changed_meanwhile": _(
        "Somebody else changed this draft meanwhile. Look at the new text, then make your change again."
    ),
    "not_a_draft": _("Only a draft can be changed. Start a new version from this one."),
    "other_product": _("A version keeps its product: the code in the text is another one."),
    "code_taken": _("There is already a product with the code {code}."),
    "draft_not_allowed": _("Only product managers may write drafts."),
    "unknown_version": _("Choose one of the versions of this product."),
    "version_taken": _("The product already has a version named {version}."),
    "content_taken": _("The product already has a version with exactly this content."),
    "nothing_to_roll_back": _("There is no earlier published version to go back to."),
    "version_frozen": _("Version {version} is published and cannot change. Give the new text a new version name."),
    "other_insurer": _("The product belongs to another insurer or category, which cannot change between versions."),
    "unknown_insurer": _("There is no insurer with the code {code}."),
    "unknown_category": _("There is no category with the code {code}."),
    "mortality_code_taken": _(
        "Other rates stand under the code {code}. A mortality table never changes; use another code."
    ),
    "unknown_product": _("There is no product with the code {code}."),
    "sale_is_over": _("The sale would end before it begins. Check the sale period."),
    "switch_not_allowed": _("Only product managers and risk managers may switch a sale on or off."),
    "not_suspended": _("Only a suspended version is resumed; one in review is published."),
    "another_on_sale": _("Another version of this product is on sale. Withdraw it first."),
    "reason_needed": _("Write down the reason; it stays with the record."),
    "no_code": _("Use lower-case letters, digits and hyphens, for example anlan-life."),
    "code_in_use": _("The code {code}, or another number that has to be the only one, is in use already."),
    "no_company_code": _("This is not a unified social credit code. It has 18 characters."),
    "no_number_mark": _("The mark in front of numbers is one or two capital letters."),
    "no_choice": _("Choose one of the options shown."),
    "no_region": _("{region} is no region of the mainland. Write six digits, for example 310000."),
    "no_regions": _("Name the regions, or “all” alone."),
    "no_licence": _("Name at least one licence that may carry this category."),
    "branch_open": _("The insurer has an open branch in this region already."),
    "branch_not_open": _("This branch is closed, or would close before it opened."),
    "keeping_not_allowed": _("Only product managers keep insurers, branches and categories."),
    "seen_in_the_future": _("This day is still to come."),
    "run_at_work": _("A run of this version is at work already. Wait for it, or stop it first."),
    "run_not_allowed": _("Only product managers, actuaries and risk managers may try a version out."),
    "sold_out": _("As many policies as this product may sell have been sold."),
    "not_in_this_channel": _("This product is not sold in this way."),
    "not_on_sale": _("This product is not on sale now."),
    "not_on_sale_here": _("This product is not on sale in this region now."),
}


def refusal_words(refusal: str, /, **values: Any) -> str | Promise:
    """Why the house refuses, with the names and figures in place."""
    words = _REFUSALS[refusal]
    return format_lazy(words, **values) if values else words


def outcome_words(outcomes: Iterable[str]) -> str | Promise:
    """Outcomes of a decision table in words, one after the other."""
    words = [OUTCOME_WORDS[outcome] for outcome in outcomes]
    return format_lazy(", ".join("{}" for _word in words), *words)


def problem_words(code: str, values: dict[str, Any]) -> str | Promise:
    """The sentence for a problem, with its figures in place."""
    words = _WORDS[code]
    return format_lazy(words, **{key: _figure(value) for key, value in values.items()}) if values else words


def _figure(value: Any) -> str:
    return f"{value:,f}" if isinstance(value, Decimal) else str(value)
