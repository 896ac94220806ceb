"""Insurers with their branches, and categories: made and changed by product managers; history keeps who and why."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from stdnum.cn import uscc as company_codes

from insureweb.finance.services.ledger import open_books
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import lock_row
from insureweb.kernel.localized import Localized
from insureweb.kernel.numbers import open_series
from insureweb.kernel.states import NotAllowed
from products.generation import bump_on_commit
from products.messages import refusal_words
from products.models import Branch, Category, Insurer, LicenceScope, RegionsFrom
from products.regions import provinces
from products.rules.document import CODE_PATTERN
from products.rules.regions import ALL_REGIONS

MAY_KEEP = frozenset({"system", "product_manager"})
REGION_DIGITS = 6
MARK_LENGTH = 2


@use_case
def create_insurer(
    *,
    code: str,
    name: Localized,
    short_name: Localized,
    licence_scope: str,
    uscc: str,
    number_mark: str,
    sale_regions: Sequence[str],
    regions_from: str = RegionsFrom.LIST,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Insurer:
    """A new legal entity, with its number series and ledger books.

    Raises:
        Refused: a code, number or region that is none, or one that is taken.
        NotAllowed: the actor is no product manager.
    """
    _check_may_keep(by)
    _check_code(code)
    if not company_codes.is_valid(uscc):
        raise Refused("no_company_code", refusal_words("no_company_code"), "uscc")
    if not (0 < len(number_mark) <= MARK_LENGTH and number_mark.isascii() and number_mark.isupper()):
        raise Refused("no_number_mark", refusal_words("no_number_mark"), "number_mark")
    _check_choice(licence_scope, LicenceScope.values, "licence_scope")
    _check_choice(regions_from, RegionsFrom.values, "regions_from")
    values = {"sale_regions": _regions(sale_regions), "regions_from": regions_from, "licence_scope": licence_scope}
    insurer = _created(Insurer, code=code, name=name, short_name=short_name, uscc=uscc, **values)
    open_series(insurer=insurer.code, mark=number_mark)
    open_books(insurer_code=insurer.code, by=by, at=at)
    return insurer


@use_case
def change_insurer(
    *,
    insurer: Insurer,
    name: Localized,
    short_name: Localized,
    sale_regions: Sequence[str],
    regions_from: str,
    by: Actor,
    at: datetime,
    reason: str,
) -> Insurer:
    """Change names and sale regions. Licence, code and company code stay: another licence is another legal entity.

    Raises:
        Refused: a region that is none.
        NotAllowed: the actor is no product manager.
    """
    _check_may_keep(by)
    _check_choice(regions_from, RegionsFrom.values, "regions_from")
    values = {"name": name, "short_name": short_name, "sale_regions": _regions(sale_regions)}
    return _changed(Insurer, insurer.pk, {**values, "regions_from": regions_from})


@use_case
def open_branch(
    *, insurer: Insurer, name: Localized, region: str, opened_on: date, by: Actor, at: datetime, reason: str = ""
) -> Branch:
    """A branch in a region from a day on.

    Raises:
        Refused: no such region, or the insurer has an open branch there.
        NotAllowed: the actor is no product manager.
    """
    _check_may_keep(by)
    if [region] != _regions([region]) or region == ALL_REGIONS:
        raise Refused("no_region", refusal_words("no_region", region=region), "region")
    try:
        with transaction.atomic():
            branch = Branch.objects.create(insurer=insurer, name=name, region=region, opened_on=opened_on)
    except IntegrityError:
        raise Refused("branch_open", refusal_words("branch_open"), "region") from None
    bump_on_commit()
    return branch


@use_case
def close_branch(*, branch: Branch, closed_on: date, by: Actor, at: datetime, reason: str) -> Branch:
    """Close a branch from a day on; where sale regions come from branches, nothing new is sold there then.

    Raises:
        Refused: it is closed already, or would close before it opened.
        NotAllowed: the actor is no product manager.
    """
    _check_may_keep(by)
    locked = lock_row(branch)
    if locked.closed_on is not None or closed_on <= locked.opened_on:
        raise Refused("branch_not_open", refusal_words("branch_not_open"), "closed_on")
    return _changed(Branch, locked.pk, {"closed_on": closed_on})


@use_case
def create_category(
    *,
    code: str,
    name: Localized,
    licence_scopes: Sequence[str],
    short_term_scopes: Sequence[str] = (),
    order: int = 100,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Category:
    """A new kind of cover with the licences that may carry it.

    Raises:
        Refused: a code that is none or is taken, or a licence that is none.
        NotAllowed: the actor is no product manager.
    """
    _check_may_keep(by)
    _check_code(code)
    scopes = _scopes(licence_scopes, short_term_scopes)
    return _created(Category, code=code, name=name, order=order, **scopes)


@use_case
def change_category(
    *,
    category: Category,
    name: Localized,
    licence_scopes: Sequence[str],
    short_term_scopes: Sequence[str],
    order: int,
    by: Actor,
    at: datetime,
    reason: str,
) -> Category:
    """Change a category's name, licences and place.

    Raises:
        Refused: a licence that is none.
        NotAllowed: the actor is no product manager.
    """
    _check_may_keep(by)
    return _changed(Category, category.pk, {"name": name, "order": order, **_scopes(licence_scopes, short_term_scopes)})


def _created(model: Any, **values: Any) -> Any:
    try:
        with transaction.atomic():
            row = model.objects.create(**values)
    except IntegrityError:
        raise Refused("code_taken", refusal_words("code_in_use", code=values["code"]), "code") from None
    bump_on_commit()
    return row


def _changed(model: Any, pk: int, values: Mapping[str, Any]) -> Any:
    """The row with these values, held while it is written."""
    row = model.objects.select_for_update(of=("self",)).get(pk=pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    bump_on_commit()
    return row


def _regions(regions: Sequence[str]) -> list[str]:
    """Regions of known provinces, or "all" alone. Raises Refused."""
    for region in regions:
        known = region == ALL_REGIONS or f"{region[:2]}0000" in provinces()
        shaped = region == ALL_REGIONS or (len(region) == REGION_DIGITS and region.isascii() and region.isdigit())
        if not (known and shaped):
            raise Refused("no_region", refusal_words("no_region", region=region[:20]), "sale_regions")
    if not regions or (ALL_REGIONS in regions and len(regions) > 1):
        raise Refused("no_regions", refusal_words("no_regions"), "sale_regions")
    return list(dict.fromkeys(regions))


def _scopes(licence_scopes: Sequence[str], short_term_scopes: Sequence[str]) -> dict[str, list[str]]:
    for scope in (*licence_scopes, *short_term_scopes):
        _check_choice(scope, LicenceScope.values, "licence_scopes")
    if not licence_scopes:
        raise Refused("no_licence", refusal_words("no_licence"), "licence_scopes")
    return {"licence_scopes": list(licence_scopes), "short_term_scopes": list(short_term_scopes)}


def _check_choice(value: str, allowed: Sequence[str], field: str) -> None:
    if value not in allowed:
        raise Refused("no_choice", refusal_words("no_choice"), field)


def _check_code(code: str) -> None:
    if not CODE_PATTERN.fullmatch(code):
        raise Refused("no_code", refusal_words("no_code"), "code")


def _check_may_keep(by: Actor) -> None:
    if not by.is_one_of(MAY_KEEP):
        raise NotAllowed("not_allowed", refusal_words("keeping_not_allowed"))
