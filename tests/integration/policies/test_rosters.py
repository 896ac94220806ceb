"""A roster from the file to the quote: nothing is lost, every wrong row has its reasons, the whole is the sum."""

import io
import json
import re
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from customers.actors import actor_of
from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import acting
from insureweb.kernel.outbox import Delivery
from insureweb.kernel.resident_id import with_check_digit
from insureweb.kernel.states import IllegalMove
from policies.offers.models import Quote
from policies.offers.rosters.events import MembersToPrice
from policies.offers.rosters.files import template_file, wrong_rows_file
from policies.offers.rosters.models import (
    Roster,
    RosterMember,
    RosterOffer,
    RosterPremium,
    RosterUpload,
    RosterWrongRow,
)
from policies.offers.rosters.selectors import wrong_rows, wrong_rows_to_mend
from policies.offers.rosters.services import pricing
from policies.offers.rosters.services.intake import add_rows, start_roster, take_over_rows
from policies.offers.rosters.services.pricing import price_members, start_pricing
from policies.offers.rosters.services.quoting import quote_roster
from policies.offers.rosters.states import RosterState
from policies.offers.selectors import owned_quote, receipt_lines, replay_quote
from policies.offers.services import create_quote
from policies.offers.sharing import shown_facts
from tests.factories import policies as sold
from tests.factories import rosters as made
from tests.factories.worked_tables import figure, worked_rows

pytestmark = pytest.mark.django_db


def by(roster):
    return actor_of(roster.user)


def reasons(roster, language="en"):
    with translation.override(language):
        return {row.number: [words for _column, words in row.reasons] for row in wrong_rows(roster)}


def mend(roster, change, kind="csv"):
    """Download the wrong rows, change their cells, send them again."""
    with translation.override("en"):
        content = wrong_rows_file(made.DEFINITION, wrong_rows_to_mend(roster), "xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        head, *lines = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
        mended = [change([str(cell) for cell in line]) for line in lines]
        file = made.opened(made.csv_bytes([line for line in mended if line], head))
    add_rows(roster=roster, file=file, by=by(roster), at=clock.now())
    return made.worked(roster)


# --- reading ---


def test_right_rows_are_taken_over_and_sealed():
    roster = made.roster(lines=[made.row(1, age=30, class_="2", name="Zhou Lan"), *made.rows(5, start=10)])
    assert (roster.state, roster.members, roster.wrong_rows) == (RosterState.CHECKED, 6, 0)
    first = roster.people.get(position=1)
    assert (first.name.open(), first.id_number.open()) == ("Zhou Lan", made.id_number(1))
    assert first.facts == {"age": "30", "occupation_class": "2"}
    assert str(first.name) == "Z**"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, id_number FROM {RosterMember._meta.db_table} WHERE id = %s", [first.pk])
        stored = b"".join(map(bytes, cursor.fetchone()))
    assert b"Zhou" not in stored
    assert made.id_number(1).encode() not in stored


def test_the_file_is_forgotten_once_it_is_read():
    roster = made.roster(read=False)
    upload = roster.uploads.get()
    assert roster.state == RosterState.READING
    assert made.id_number(1).encode() not in bytes(upload.content)
    made.worked(roster)
    upload.refresh_from_db()
    assert (upload.content, upload.rows) == (None, 8)
    assert upload.read_at


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["", "ID", "1"], ["Enter the name."]),
        (["Li Na", "", "1"], ["Enter or choose a value."]),
        (["Li Na", "110101199003", "1"], 1),
        (["Li Na", "ID", ""], ["Enter or choose a value."]),
        (["Li Na", "ID", "9"], ["Choose one of the options shown."]),
        (["", "110101199003", "9"], 3),
    ],
)  # fmt: skip
def test_every_reason_of_a_wrong_row_is_told(cells, words):
    cells = [made.id_number(77) if cell == "ID" else cell for cell in cells]
    roster = made.roster(lines=[*made.rows(6), cells])
    assert (roster.members, roster.wrong_rows) == (6, 1)
    told = reasons(roster)["1-8"]
    assert len(told) == words if isinstance(words, int) else told == words
    assert json_of(roster.wrong.get()) == dict(zip(("name", "id_number", "occupation_class"), cells, strict=True))


def json_of(wrong):
    return json.loads(wrong.cells.open())


@pytest.mark.parametrize(("age", "right"), [(15, False), (16, True), (65, True), (66, False)])
def test_the_age_comes_from_the_number_and_counts_on_the_first_day(age, right):
    roster = made.roster(lines=[*made.rows(5), made.row(99, age=age)])
    assert roster.wrong_rows == (not right)
    if not right:
        assert reasons(roster)["1-7"] == [f"Aged {age} on the first day; people from 16 to 65 can be insured."]


def test_a_person_stands_once():
    roster = made.roster(lines=[*made.rows(5), made.rows(1)[0]])
    assert reasons(roster)["1-7"] == ["This person stands in row 1-2 already."]


def test_a_number_the_spreadsheet_has_rounded_is_told_apart():
    # Every hundredth person differs in what the spreadsheet keeps, so one of two ends in another check digit than 0.
    rounded = (made.id_number(person)[:15] + "00" for person in (0, 100))
    number = next(digits for digits in rounded if not with_check_digit(digits).endswith("0")) + "0"
    roster = made.roster(lines=[*made.rows(5), ["Li Na", number, "1"]])
    (told,) = reasons(roster)["1-7"]
    assert told.startswith("The spreadsheet has rounded this number.")


def test_headings_and_options_may_be_written_in_either_language():
    item = made.DEFINITION.inputs_by_key["occupation_class"]
    lines = [made.row(number, class_=item.options[number % 5].label.zh_hans) for number in range(5)]
    headings = ("name", "id_number", item.label.zh_hans)
    roster = made.roster(lines=lines, headings=headings)
    assert [facts["occupation_class"] for facts in roster.people.values_list("facts", flat=True)] == list("12345")


def test_a_formula_costs_its_own_row_only():
    book = openpyxl.Workbook()
    for line in [made.HEADINGS, *made.rows(6)]:
        book.active.append(line)
    book.active["C4"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    user = sold.buyer(known=False)
    sold.product(made.GROUP)
    file = made.opened(out.getvalue(), "staff.xlsx")
    roster = made.worked(
        start_roster(user=user, product_code=made.GROUP, plan="basic", file=file, by=actor_of(user), at=clock.now())
    )
    assert (roster.members, roster.wrong_rows) == (5, 1)
    assert reasons(roster)["1-4"] == ["This cell holds a formula, a percentage or an error. Write the value itself."]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "empty"),
        (b"PK\x03\x04 nonsense", "a.xlsx", "not a readable XLSX"),
        (b"Name,Resident ID number\nA,B\n", "a.csv", "These columns are missing: Occupation class."),
        (b"Name,Name,Resident ID number,Occupation class\n", "a.csv", "These columns stand twice: Name."),
        (b"a,b\n\x00", "a.csv", "not text"),
        (b"Name", "a.pdf", "CSV or XLSX"),
    ],
)
def test_another_file_is_refused_in_words(content, name, words):
    with translation.override("en"), pytest.raises(Refused) as refusal:
        made.opened(content, name)
    assert words in str(refusal.value)


def test_a_file_without_rows_and_one_with_too_many_are_refused():
    user = sold.buyer(known=False)
    sold.product(made.GROUP)
    for lines, code in ([], "no_rows"), (made.rows(10_001), "too_many_rows"):
        with pytest.raises(Refused) as refusal:
            start_roster(
                user=user, product_code=made.GROUP, plan="basic", file=made.opened(made.csv_bytes(lines)),
                by=actor_of(user), at=clock.now(),
            )  # fmt: skip
        assert refusal.value.code == code


def test_only_a_group_product_takes_a_roster():
    user = sold.buyer(known=False)
    sold.product(sold.GUARD)
    with pytest.raises(Refused) as refusal:
        start_roster(
            user=user, product_code=sold.GUARD, plan="standard", file=made.opened(made.csv_bytes(made.rows(5))),
            by=actor_of(user), at=clock.now(),
        )  # fmt: skip
    assert refusal.value.code == "no_group_product"


def test_a_group_product_is_not_quoted_for_one():
    sold.product(made.GROUP)
    with pytest.raises(Refused) as refusal:
        create_quote(
            product_code=made.GROUP, raw_facts={"members": "20", "age": "30", "occupation_class": "1"}, plan="basic",
            owner_token="t", by=actor_of(None), at=clock.now(),
        )  # fmt: skip
    assert refusal.value.code == "sold_by_roster"


# --- mending ---


def test_two_hundred_wrong_rows_are_mended_and_nothing_is_lost():
    lines = made.rows(1000)
    broken = {number: lines[number][1] for number in range(0, 1000, 5)}
    for number in broken:
        lines[number] = [lines[number][0], "12345", lines[number][2]]
    roster = made.roster(lines=lines)
    assert (roster.members, roster.wrong_rows) == (800, 200)

    def change(line):
        line[2] = broken[int(line[0].partition("-")[2]) - 2]
        return line

    mend(roster, change)
    assert (roster.members, roster.wrong_rows) == (1000, 0)
    numbers = {member.id_number.open() for member in roster.people.all()}
    assert numbers == {line[1] for line in made.rows(1000)}
    assert list(roster.people.order_by("position").values_list("position", flat=True)) == list(range(1, 1001))


def test_a_row_still_wrong_keeps_its_place_and_the_rest_stays():
    roster = made.roster(lines=[*made.rows(5), ["Li Na", "1", "1"], ["Wu Di", "2", "1"]])
    fixed = made.id_number(500)

    def change(line):
        return [line[0], line[1], fixed if line[0] == "1-7" else line[2], "9", *line[4:]] if line[0] == "1-7" else None

    mend(roster, change)
    assert (roster.members, roster.wrong_rows) == (5, 2)
    assert reasons(roster)["1-7"] == ["Choose one of the options shown."]
    assert "1-8" in reasons(roster)


def test_the_same_reference_twice_loses_no_row():
    roster = made.roster(lines=[*made.rows(5), ["Li Na", "1", "1"]])
    head = ("Row", *made.HEADINGS)
    file = made.opened(made.csv_bytes([["1-7", "Li Na", "x", "1"], ["1-7", "Wu Di", "y", "1"]], head))
    add_rows(roster=roster, file=file, by=by(roster), at=clock.now())
    made.worked(roster)
    assert roster.wrong_rows == 2
    assert {json_of(wrong)["name"] for wrong in roster.wrong.all()} == {"Li Na", "Wu Di"}


def test_reading_twice_changes_nothing():
    roster = made.roster()
    upload = roster.uploads.get()
    take_over_rows(upload_id=upload.pk, by=sold.SYSTEM, at=clock.now())
    roster.refresh_from_db()
    assert (roster.members, roster.people.count()) == (8, 8)


# --- pricing ---


def test_the_whole_is_the_exact_sum_of_members_each_priced_alone():
    offer = made.priced(lines=made.rows(60))
    assert offer.finished_at
    alone = [
        made.premium_of(offer, facts)
        for facts in offer.roster.people.order_by("position").values_list("facts", flat=True)
    ]
    assert [premium.premium for premium in offer.premiums.order_by("position")] == [one.total for one in alone]
    assert offer.total == sum(one.total for one in alone)
    for line, amount in offer.lines.items():
        assert Decimal(amount) == sum(one.coverage_premiums[line] for one in alone)
    assert sum(map(Decimal, offer.lines.values())) == offer.total


def test_a_larger_group_pays_less_a_person():
    small, large = made.priced(lines=made.rows(19)), made.priced(lines=made.rows(20))
    facts = small.roster.people.get(position=1).facts
    assert made.premium_of(large, facts).total < made.premium_of(small, facts).total
    assert small.premiums.get(position=1).premium > large.premiums.get(position=1).premium


def test_too_few_people_have_no_price():
    roster = made.roster(lines=made.rows(4))
    with translation.override("en"), pytest.raises(Refused) as refusal:
        start_pricing(roster=roster, by=by(roster), at=clock.now())
    assert str(refusal.value) == "This product needs at least 5 people; 4 rows are right so far."
    roster.refresh_from_db()
    assert roster.state == RosterState.CHECKED


def test_work_goes_on_where_it_stopped(monkeypatch):
    """A worker that dies between two parts leaves the parts before; what waits is in the database."""
    monkeypatch.setattr(pricing, "PART", 10)
    roster = made.roster(lines=made.rows(35))
    offer = start_pricing(roster=roster, by=by(roster), at=clock.now())
    waiting = Delivery.objects.filter(state="waiting", event__endswith="MembersToPrice")
    done = []
    while waiting.exists():
        outbox.deliver_next(at=clock.now())
        offer.refresh_from_db()
        done.append((offer.priced, offer.premiums.count()))
    assert done == [(10, 10), (20, 20), (30, 30), (35, 35)]
    roster.refresh_from_db()
    assert roster.state == RosterState.PRICED


def test_a_part_delivered_twice_counts_once(monkeypatch):
    monkeypatch.setattr(pricing, "PART", 10)
    roster = made.roster(lines=made.rows(25))
    offer = start_pricing(roster=roster, by=by(roster), at=clock.now())
    price_members(offer_id=offer.pk, priced=0, by=sold.SYSTEM, at=clock.now())
    price_members(offer_id=offer.pk, priced=0, by=sold.SYSTEM, at=clock.now())
    made.worked(roster)
    offer.refresh_from_db()
    assert (offer.priced, offer.premiums.count()) == (25, 25)
    assert offer.total == sum(premium.premium for premium in offer.premiums.all())


def test_more_rows_make_the_old_price_void():
    offer = made.priced(lines=made.rows(10))
    roster = Roster.objects.get(pk=offer.roster_id)
    add_rows(roster=roster, file=made.opened(made.csv_bytes(made.rows(10, start=50))), by=by(roster), at=clock.now())
    made.worked(roster)
    assert (roster.state, roster.members) == (RosterState.CHECKED, 20)
    with pytest.raises(IllegalMove):
        quote_roster(roster=roster, by=by(roster), at=clock.now())


# --- quoting ---


def quoted(lines=None):
    offer = made.priced(lines=lines or made.rows(30))
    roster = Roster.objects.get(pk=offer.roster_id)
    return offer, roster, quote_roster(roster=roster, by=by(roster), at=clock.now())


def test_a_priced_roster_becomes_its_owners_quote():
    offer, roster, quote = quoted()
    assert (quote.total, quote.breakdown_hash, quote.user_id) == (offer.total, offer.hash, roster.user_id)
    assert quote.facts["members"] == "30"
    assert quote.facts["age"] == str(max(int(facts["age"]) for facts in roster.people.values_list("facts", flat=True)))
    assert sum(line.amount.amount for line in receipt_lines(quote.breakdown)) == quote.total
    assert owned_quote(quote.no, user=roster.user, token="") == quote
    assert [fact.value.en for fact in shown_facts(quote)] == ["30 people"], "no one age or class holds for all"
    with pytest.raises(Quote.DoesNotExist):
        owned_quote(quote.no, user=sold.buyer(known=False), token="")


def test_asked_again_it_is_the_same_quote():
    _offer, roster, quote = quoted()
    assert quote_roster(roster=roster, by=by(roster), at=clock.now()) == quote
    assert Quote.objects.count() == 1


def test_a_roster_quote_replays_member_by_member():
    _offer, roster, quote = quoted()
    replay = replay_quote(quote.no)
    assert replay.differences == ()
    changed = roster.people.get(position=3)
    with connection.cursor() as cursor, acting(sold.SYSTEM):
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"UPDATE {RosterMember._meta.db_table} SET facts = jsonb_set(facts, '{{age}}', '\"64\"') WHERE id = %s",
            [changed.pk],
        )
    assert not replay_quote(quote.no).agrees


# --- what the database refuses ---


@pytest.mark.parametrize(
    ("table", "change", "constraint"),
    [
        (RosterOffer, "hash = ''", "roster_offer_finished_is_complete"),
        (RosterOffer, "priced = members + 1, finished_at = NULL, hash = ''", "roster_offer_prices_nobody_twice"),
        (RosterOffer, "total = -1", "roster_offer_total_not_negative"),
        (RosterMember, "position = 1", "roster_member_number_is_unique"),
        (RosterMember, "position = 0", "roster_member_numbers_begin_at_one"),
        (RosterMember, "id_number_index = 'x'", "roster_member_stands_once"),
        (RosterUpload, "content = 'x'", "roster_upload_is_forgotten_when_read"),
        (RosterUpload, "number = 1", "roster_upload_number_is_unique"),
        (RosterWrongRow, "line = 7", "roster_wrong_row_stands_once"),
    ],
)
def test_the_database_refuses(table, change, constraint):
    roster = made.roster(lines=[*made.rows(6), ["a", "b", "c"], ["d", "e", "f"]])
    add_rows(roster=roster, file=made.opened(made.csv_bytes(made.rows(1, start=70))), by=by(roster), at=clock.now())
    made.worked(roster)
    start_pricing(roster=roster, by=by(roster), at=clock.now())
    made.worked(roster)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table._meta.db_table} SET {change}")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"premium": "-1"}, "roster_premium_premium_not_negative"),
        ({"position": 1}, "roster_premium_once_for_a_member"),
    ],
)
def test_the_database_refuses_premiums(values, constraint):
    offer = made.priced()
    fields = {"position": 9, "premium": "1", "lines": {}, "hash": "0" * 64} | values
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RosterPremium.objects.create(offer=offer, **fields)


def test_an_unfinished_offer_has_no_quote():
    _offer, _roster, quote = quoted()
    other = made.roster(lines=made.rows(6, start=200))
    start_pricing(roster=other, by=by(other), at=clock.now())
    with pytest.raises(IntegrityError, match="roster_offer_quoted_is_finished"), transaction.atomic():
        RosterOffer.objects.filter(roster=other).update(quote=quote)


def test_two_offers_of_a_roster_do_not_share_a_number():
    offer = made.priced()
    offer.pk = None
    with pytest.raises(IntegrityError, match="roster_offer_number_is_unique"), transaction.atomic():
        offer.save(force_insert=True)


def test_the_empty_file_has_the_headings_of_the_product():
    with translation.override("en"):
        assert template_file(made.DEFINITION, "csv", {}).decode("utf-8-sig").strip() == ",".join(made.HEADINGS)
        sheet = openpyxl.load_workbook(io.BytesIO(template_file(made.DEFINITION, "xlsx", {}))).active
    assert tuple(cell.value for cell in sheet[1]) == made.HEADINGS


def test_events_carry_no_personal_data():
    assert set(MembersToPrice.__dataclass_fields__) == {"offer_id", "priced"}


def test_the_worked_table_of_the_page():
    """docs/algorithms/rosters.md, “The sum”."""
    *kinds, everybody = worked_rows("rosters.md", "The sum")
    lines: list[list[str]] = []
    offered = []
    for kind in kinds:
        age, class_ = re.findall(r"\d+", kind["each"])
        offered.append(len(lines) + 1)
        lines += [made.row(len(lines) + one, age=int(age), class_=class_) for one in range(int(kind["people"]))]
    offer = made.priced(lines=lines)
    names = {"death, disability": "death_disability", "accident bills": "accident_medical", "hospital": "hospital"}
    for kind, position in zip(kinds, offered, strict=True):
        premium = offer.premiums.get(position=position)
        assert premium.lines == {key: kind[name] for name, key in names.items()}
        assert premium.premium * int(kind["people"]) == figure(kind["together"])
    assert len(lines) == figure(everybody["people"].strip("*"))
    assert offer.lines == {key: str(figure(everybody[name])) for name, key in names.items()}
    assert offer.total == figure(everybody["together"])
