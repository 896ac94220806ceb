"""The entries of each part of a draft, as docs/reference/product-file.md describes the keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from products.drafting import choices
from products.drafting.shapes import Both, Flag, Group, Line, Pick, Rows, Ticks, Words, Yaml

CLAUSE = _("Number of the clause in the wording, for example 2.3.1")
FACTS_HINT = _("One line each: name of the input, colon, value")

SHOP_KEYS = ("name", "kind", "version", "insured", "audience", "entry_age", "basis", "shop")
SHOP = (
    Both("name", _("Product name")),
    Both("kind", _("Kind of cover in a few words")),
    Line("version", _("Name of this version"), _("Up to 20 characters, for example 2026-07")),
    Pick("insured", _("What is insured"), choices=choices.INSURED),
    Ticks("audience", _("For whom"), choices=choices.AUDIENCES),
    Group(
        "entry_age", _("Age at entry"), _("Leave both empty where age does not matter."), optional=True,
        entries=(Line("min", _("Youngest"), kind="number", optional=True),
                 Line("max", _("Oldest"), kind="number", optional=True)),
    ),
    Group(
        "basis", _("Where the rates come from"),
        entries=(Pick("kind", _("Kind of rates"), choices=choices.RATE_BASES), Both("source", _("Source"))),
    ),
    Group(
        "shop", _("How the shop shows it"),
        entries=(
            Both("promise", _("The promise in one line"), rows=2),
            Both("covered", _("Covered, in one line"), rows=2),
            Both("not_covered", _("Not covered, in one line"), rows=2),
            Group(
                "from_price", _("Lowest usual price"),
                entries=(
                    Pick("plan", _("Plan"), choices=choices.plans_of),
                    Yaml("facts", _("For these facts"), FACTS_HINT, pairs=True),
                    Both("words", _("Whose price that is")),
                ),
            ),
            Pick("default_plan", _("Plan chosen at first"), choices=choices.plans_of),
            Pick("picture", _("Picture"), choices=choices.PICTURES),
            Line("order", _("Place in the catalogue"), _("Smaller stands first; 100 unless given"), kind="number",
                 optional=True),
        ),
    ),
)  # fmt: skip

SALE_KEYS = ("filing", "sale", "terms", "gates", "disclosure")
SALE = (
    Group(
        "filing", _("Filing"), _("A new version is filed anew. Without a filing it cannot be published."),
        optional=True,
        entries=(
            Line("number", _("Filing number"), optional=True),
            Line("date", _("Filed on"), kind="date", optional=True),
            Line("actuary", _("Signed by the actuary"), optional=True),
            Line("signed_on", _("Signed on"), kind="date", optional=True),
        ),
    ),
    Group(
        "sale", _("Sale"),
        entries=(
            Line("from", _("First day on sale"), kind="date"),
            Line("until", _("First day off sale"), _("Empty: no end"), kind="date", optional=True),
            Words("regions", _("Regions"),
                  _("Province codes such as 330000, separated by commas; all stands for everywhere")),
            Ticks("channels", _("Channels"), choices=choices.CHANNELS),
            Line("quota", _("Most policies to be sold"), _("Empty: no limit"), kind="number", optional=True),
        ),
    ),
    Group(
        "terms", _("Terms of the contract"),
        entries=(
            Group(
                "length", _("Length"), _("A number, the number an input gives, or until an age: one of the three."),
                entries=(
                    Line("count", _("Number of units"), kind="number", optional=True),
                    Pick("unit", _("Unit"), choices=choices.LENGTH_UNITS, optional=True),
                    Line("input", _("Number from the input"), optional=True),
                    Line("until_age", _("Until the age"), _("A number or an input"), optional=True),
                ),
            ),
            Pick("start", _("Cover starts"), choices=choices.STARTS),
            Line("cooling_off_days", _("Cooling-off, days"), kind="number"),
            Line("waiting_days", _("Waiting period, days"), kind="number"),
            Line("grace_days", _("Grace, days"), kind="number"),
            Group(
                "renewal", _("Renewal"),
                entries=(
                    Pick("kind", _("Kind of renewal"), choices=choices.RENEWALS),
                    Line("notice_days", _("Told before the end, days"), kind="number"),
                    Both("text", _("What the customer reads about it"), rows=3),
                ),
            ),
            Group(
                "pay", _("How premiums are paid"), _("Empty: once"), optional=True,
                entries=(
                    Pick("mode", _("Premium is paid"), choices=choices.PAY_MODES, optional=True),
                    Line("years", _("For years"), kind="number", optional=True),
                    Line("input", _("Years from the input"), optional=True),
                ),
            ),
            Line("ends_by_age", _("Ends by the age at the latest"), kind="number", optional=True),
            Group(
                "declarations", _("Declarations"), _("Empty: nothing is declared while the policy runs"), optional=True,
                entries=(
                    Line("of", _("Real figure of the input"), optional=True),
                    Pick("every", _("Declared"), choices=choices.DECLARED_EVERY, optional=True),
                    Line("due_days", _("Declared within, days after"), kind="number", optional=True),
                    Line("overdue_days", _("Account reported once overdue, days"), kind="number", optional=True),
                    Line("report_days", _("Reported within the next, days"), kind="number", optional=True),
                ),
            ),
        ),
    ),
    Ticks("gates", _("Gates at binding"), choices=choices.GATES, optional=True),
    Group(
        "disclosure", _("Disclosure page"), _("Points beside what the page takes from the file itself."), optional=True,
        entries=(
            Rows("points", _("Points"), named=False, optional=True, item=_("Point"),
                 entries=(Both("title", _("Title")), Both("text", _("Words of the point"), rows=3))),
        ),
    ),
)  # fmt: skip

OPTIONS = Rows(
    "options", _("Options"), _("What can be chosen, in this order."), optional=True, named=False, spare=2,
    item=_("Option"),
    entries=(Line("value", _("Value")), Both("label", _("Words")), Both("hint", _("Help"), optional=True)),
)  # fmt: skip
INPUTS = Rows(
    "inputs", _("Inputs"), item=_("Input"),
    entries=(
        Pick("type", _("Type"), choices=choices.INPUT_TYPES),
        Both("label", _("Words")),
        Both("hint", _("Help"), optional=True),
        Both("unit", _("Unit"), optional=True),
        OPTIONS,
        Line("min", _("Smallest"), kind="number", optional=True),
        Line("max", _("Largest"), kind="number", optional=True),
        Line("multiple_of", _("In steps of"), kind="number", optional=True),
        Line("example", _("What the calculator starts with"), optional=True),
        Pick("person", _("Is a fact of the insured person"), choices=choices.PERSON_FACTS, optional=True),
        Flag("plan_only", _("Only plans set it; it is never asked")),
    ),
)  # fmt: skip
PLANS = Rows(
    "plans", _("Plans"), item=_("Plan"),
    entries=(
        Both("name", _("Plan name")),
        Both("summary", _("Summary"), optional=True),
        Yaml("sets", _("Sets these inputs"), FACTS_HINT, optional=True, rows=3, pairs=True),
    ),
)  # fmt: skip

EVENTS = Rows(
    "events", _("Insured events"), item=_("Event"),
    entries=(
        Both("name", _("Event")),
        Line("cause", _("Cause"), _("A name such as accident or illness")),
        Line("waiting_days", _("Waiting period, days"), kind="number", optional=True),
        Line("clause", _("Clause"), CLAUSE),
    ),
)  # fmt: skip
EVIDENCE = Rows(
    "evidence", _("Papers a claim needs"), optional=True, item=_("Paper"),
    entries=(Both("label", _("Words")), Both("hint", _("Help"), optional=True)),
)  # fmt: skip
SUB_LIMITS = Rows(
    "sub_limits", _("Sub-limits"), optional=True, item=_("Sub-limit"),
    entries=(
        Both("name", _("What it limits")),
        Line("limit", _("At most"), _("An amount or an input")),
        Pick("per", _("Counted"), choices=choices.LIMIT_UNITS),
    ),
)  # fmt: skip
CLAIM_RULES = Group(
    "claim_rules", _("Rules for claims"), optional=True,
    entries=tuple(
        Line(key, label, kind="number", optional=True)
        for key, label in (
            ("max_claims", _("Claims over the contract, at most")),
            ("max_claims_year", _("Claims in a policy year, at most")),
            ("survival_days", _("Days to live on after the event")),
            ("report_within_days", _("Days in which to report")),
            ("minimum_days", _("Days a stay or delay must last")),
        )
    ),
)  # fmt: skip
COVERAGES = Rows(
    "coverages", _("Coverages"), item=_("Coverage"),
    entries=(
        Both("name", _("Name of the coverage")),
        Pick("kind", _("How it pays"), choices=choices.BENEFITS),
        Both("how", _("How, in the customer’s words"), rows=2),
        Line("clause", _("Clause"), CLAUSE),
        Line("limit", _("Limit"), _("An amount or the name of an input"), optional=True),
        Line("daily_amount", _("Amount a day"), _("An amount or the name of an input"), optional=True),
        Line("deductible", _("Deductible"), _("An amount or the name of an input"), optional=True),
        Line("deductible_days", _("Days not paid"), kind="number", optional=True),
        Line("max_days", _("Days a stay, at most"), kind="number", optional=True),
        Line("max_days_year", _("Days a year, at most"), kind="number", optional=True),
        Line("pays_percent", _("Share paid, per cent"), _("100 unless given"), kind="number", optional=True),
        Flag("ends_contract", _("The contract ends when it has paid")),
        EVENTS,
        EVIDENCE,
        SUB_LIMITS,
        Words("exclusions", _("Exclusions, by clause"), _("Clause numbers, separated by commas"), optional=True),
        CLAIM_RULES,
    ),
)  # fmt: skip

_STATEMENT = (Both("text", _("Sentence"), rows=2), Line("clause", _("Clause"), CLAUSE, optional=True))
STATEMENTS = (
    Rows("covered", _("Covered"), named=False, spare=2, item=_("Sentence"), entries=_STATEMENT),
    Rows("not_covered", _("Not covered"), named=False, spare=2, item=_("Sentence"), entries=_STATEMENT),
)

_ASKED = (
    Pick("type", _("Type of answer"), choices=choices.QUESTION_TYPES, optional=True),
    Both("text", _("Question"), rows=3),
    Both("hint", _("Help"), rows=2, optional=True),
    OPTIONS,
    Yaml("when", _("Asked only when"), _("One line each: input or earlier question, colon, test such as yes or >= 3"),
         optional=True, rows=2, pairs=True),
    Flag("optional", _("May be left unanswered")),
    Both("unit", _("Unit"), optional=True),
    Line("min", _("Smallest, or earliest day"), optional=True),
    Line("max", _("Largest, or latest day"), _("today stands for the day of the answer"), optional=True),
    Line("max_length", _("Longest answer, characters"), kind="number", optional=True),
    Yaml("columns", _("Columns of the list"), _("As in the product file; only for a list of rows"), optional=True,
         rows=3),
    Line("max_rows", _("Rows of the list, at most"), kind="number", optional=True),
)  # fmt: skip
QUESTIONS = Rows(
    "questions", _("Application questions"), item=_("Question"),
    entries=(Pick("group", _("Part of the application"), choices=choices.QUESTION_GROUPS), *_ASKED),
)  # fmt: skip
SUITABILITY = Rows("suitability", _("Suitability questions"), item=_("Question"), entries=_ASKED)

OPERANDS_HINT = _("Numbers, questions or inputs that are numbers, separated by commas")
DERIVED = Rows(
    "derived", _("Facts worked out"), optional=True, item=_("Fact"),
    entries=(
        Both("label", _("Words")),
        Words("multiply", _("Multiply"), OPERANDS_HINT),
        Words("divide_by", _("Divide by"), OPERANDS_HINT),
        Line("places", _("Decimal places"), kind="number"),
    ),
)  # fmt: skip

CONSENTS = Rows(
    "consents", _("Consents"), item=_("Consent"),
    entries=(
        Line("version", _("Version of the words")),
        Both("text", _("What the buyer agrees to"), rows=3),
        Pick("wording", _("About the wording"), choices=choices.wordings_of, optional=True),
    ),
)  # fmt: skip
WORDINGS = Rows(
    "wordings", _("Wordings"), item=_("Wording"),
    entries=(
        Pick("kind", _("Kind"), choices=choices.WORDING_KINDS),
        Line("version", _("Version")),
        Line("registered_number", _("Registered number")),
        Both("text", _("Text"), _("# title, then ## 1 clause, ### 1.1 clause; paragraphs, “- ” lists and **bold**"),
             rows=24),
    ),
)  # fmt: skip
VECTORS = Rows(
    "test_vectors", _("Test vectors"), named=False, item=_("Test vector"),
    entries=(
        Both("name", _("What it shows")),
        Pick("plan", _("Plan"), choices=choices.plans_of, optional=True),
        Yaml("facts", _("Facts"), FACTS_HINT, optional=True, pairs=True),
        Line("total", _("Premium expected"), optional=True),
        Yaml("lines", _("Premium lines expected"), _("One line each: premium line, colon, amount"), optional=True,
             rows=3, pairs=True),
        Yaml("underwriting", _("Facts for underwriting"), _("One line each: column, colon, value"), optional=True,
             pairs=True),
        Pick("underwriting_outcome", _("Underwriting outcome expected"), choices=choices.UNDERWRITING, optional=True),
        Yaml("claim", _("Facts of a claim"), _("One line each: column, colon, value"), optional=True, pairs=True),
        Pick("claim_outcome", _("Claim outcome expected"), choices=choices.CLAIMS, optional=True),
        Words("rules", _("Rules expected to decide"), optional=True),
    ),
)  # fmt: skip

KEYS = Yaml("keys", _("Keys"), _("One line each: name, colon, exact, range or point"), rows=3, pairs=True)
RATE_TABLE = (
    Both("name", _("What the table gives")),
    Both("source", _("Source"), optional=True),
    KEYS,
    Line("default", _("Value where no row fits"), optional=True),
)
NEW_TABLE = (
    Line("key", _("Name in the file")),
    Both("name", _("What the table gives")),
    KEYS,
    Yaml("rows", _("First rows"), _("One line each, for example: - [18..40, 6.90]"), rows=3),
)
