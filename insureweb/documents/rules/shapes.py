"""What the data of each template must hold. Texts come as `Localized`, sums as `Money`, days as `date`.

A value may be plain text where both languages say the same (a number, a name). Optional keys may be left out; text is
set as text, whatever characters it holds. Builders of letters call `issue_document` with a dictionary of these shapes.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict

from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.periods import Period

Text = Localized | str


class PersonData(TypedDict):
    """A person as the contract names them, in full: the policy is theirs to prove."""

    name: str
    id_number: NotRequired[str]
    birth_date: NotRequired[date]
    sex: NotRequired[Text]
    relation: NotRequired[Text]


class CoverageData(TypedDict):
    """One line of cover; `amount` is a sum or words ("100 yuan a day"), `detail` waiting days, deductible, ceiling."""

    name: Text
    amount: Money | Text
    detail: NotRequired[Text]


class PolicyData(TypedDict):
    """`policy.typ`. `version` counts endorsements from 1; `exclusions` are printed in bold (art. 17)."""

    number: str
    version: NotRequired[int]
    insurer: Text
    product: Text
    plan: NotRequired[Text]
    filing_number: NotRequired[str]
    holder: PersonData
    insured: list[PersonData]
    beneficiary: NotRequired[Text]
    coverages: list[CoverageData]
    period: Period
    premium: Money
    payment: NotRequired[Text]
    exclusions: list[Text]
    cooling_off: Text
    waiting_period: NotRequired[Text]
    special_terms: NotRequired[list[Text]]
    renewal: NotRequired[Text]
    how_to_claim: NotRequired[Text]
    wordings: NotRequired[list[Text]]
    concluded_at: datetime


class MemberCertificateData(TypedDict):
    """`member_certificate.typ`: what one person of a group contract is insured for."""

    certificate_number: str
    policy_number: str
    insurer: Text
    product: Text
    plan: NotRequired[Text]
    filing_number: NotRequired[str]
    holder: PersonData
    insured: PersonData
    beneficiary: Text
    coverages: list[CoverageData]
    period: Period
    exclusions: list[Text]
    waiting_period: NotRequired[Text]
    special_terms: NotRequired[list[Text]]
    wordings: list[Text]


class MemberListData(TypedDict):
    """`member_list.typ`: everybody a group contract insures; a member is number, name and masked identity number."""

    policy_number: str
    insurer: Text
    product: Text
    plan: NotRequired[Text]
    holder: PersonData
    period: Period
    people: int
    members: list[tuple[str, str, str]]


class SumLineData(TypedDict):
    """One line of the sum. `sign` is "+", "−", "×", "≤" or empty; `how` says where the figure comes from."""

    name: Text
    amount: Money | Text
    sign: NotRequired[str]
    how: NotRequired[Text]
    clause: NotRequired[Text]


class ClauseData(TypedDict):
    number: Text
    text: Text


class DeadlineData(TypedDict):
    what: Text
    by: date
    law: NotRequired[Text]


class ClaimLetterData(TypedDict):
    """`claim_letter.typ`. `outcome` is the sentence on top; `reasons` follow it; `total` stands under the lines."""

    claim_number: str
    policy_number: str
    insurer: Text
    product: Text
    recipient: str
    insured: str
    event_date: date
    event: NotRequired[Text]
    decided_on: date
    outcome: Text
    reasons: list[Text]
    lines: NotRequired[list[SumLineData]]
    total: NotRequired[Money]
    account: NotRequired[str]
    clauses: NotRequired[list[ClauseData]]
    deadlines: NotRequired[list[DeadlineData]]
    appeal: list[Text]


class NoticeData(TypedDict):
    """`notice.typ`: any other letter (an underwriting decision, a confirmation)."""

    insurer: Text
    recipient: str
    subject: Text
    reference: NotRequired[str]
    dated: date
    paragraphs: list[Text]
    next_steps: NotRequired[list[Text]]


class FactData(TypedDict):
    """One answer a price was worked out from."""

    name: Text
    value: Text


class QuoteData(TypedDict):
    """`quote.typ`: a price on paper, before any contract. `lines` are the price, one row a line."""

    number: str
    product: Text
    plan: NotRequired[Text]
    kind: Text
    insurer: Text
    filing_number: NotRequired[str]
    version: str
    facts: list[FactData]
    lines: list[SumLineData]
    total: Money
    payment: Text
    covered: list[Text]
    exclusions: list[Text]
    waiting_period: Text
    cooling_off: Text
    renewal: Text
    made_at: datetime
    held_through: date


class WordingClauseData(TypedDict):
    """A numbered clause: `blocks` are paragraphs and lists of lines, a line is runs of text, bold or not."""

    number: str
    title: Text
    depth: str
    blocks: list[dict[str, Any]]


class WordingData(TypedDict):
    """`wording.typ`: the registered wording of a product in one language."""

    product: Text
    insurer: Text
    filing_number: NotRequired[str]
    version: str
    clauses: list[WordingClauseData]


SHAPES: dict[str, type] = {
    "policy.typ": PolicyData,
    "member_certificate.typ": MemberCertificateData,
    "member_list.typ": MemberListData,
    "claim_letter.typ": ClaimLetterData,
    "notice.typ": NoticeData,
    "quote.typ": QuoteData,
    "wording.typ": WordingData,
}
PARTS: dict[str, tuple[str, type]] = {
    "policy.typ": ("coverages", CoverageData),
    "member_certificate.typ": ("coverages", CoverageData),
    "claim_letter.typ": ("lines", SumLineData),
    "quote.typ": ("lines", SumLineData),
    "wording.typ": ("clauses", WordingClauseData),
}


def check_shape(template: str, data: Mapping[str, Any]) -> None:
    """Refuse data a template cannot print: a wrong letter must fail here, not reach a customer.

    Raises:
        KeyError: no such template.
        ValueError: a key is missing or unknown; the message names them.
    """
    _check_keys(template, SHAPES[template], data)
    name, part = PARTS.get(template, ("", dict))
    for row in data.get(name) or []:
        _check_keys(f"{template} {name}", part, row)


def _check_keys(place: str, shape: Any, data: Mapping[str, Any]) -> None:
    missing = shape.__required_keys__ - set(data)
    unknown = set(data) - shape.__required_keys__ - shape.__optional_keys__
    if missing or unknown:
        told = [f"missing {', '.join(sorted(missing))}"] if missing else []
        told += [f"unknown {', '.join(sorted(unknown))}"] if unknown else []
        raise ValueError(f"{place}: {'; '.join(told)}.")
