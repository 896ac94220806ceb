"""What a previewed form begins with where something has to be typed, so that it can be walked by pressing on.

Nobody's data: the numbers pass the checks of their kind and belong to no one. Nothing that is chosen is chosen for the
reader.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from insureweb.kernel.resident_id import with_check_digit
from policies.sale.views.questions import initial_of
from products.rules.identifiers import PROVINCES
from products.rules.questions import NUMBERS, Question

COMPANY_CODE = "91110000600037341L"
RESIDENT_ID = with_check_digit("33010619900307112")
PHONE = "13800138000"
VIN = "LSVAB28E2E2000018"
PLATE = f"{PROVINCES[0]}A12345"


def sample_people() -> dict[str, str]:
    """The fields of the page about people, or about the company."""
    person = _("Lin Zhixia")
    return {
        "holder_name": person,
        "holder_id_number": RESIDENT_ID,
        "holder_phone": PHONE,
        "company_name": _("Lanshan Software Ltd"),
        "company_code": COMPANY_CODE,
        "contact_name": person,
        "contact_phone": PHONE,
    }


def sample_fields(questions: Iterable[Question], today: date) -> dict[str, Any]:
    """The fields of these questions, where the answer is typed."""
    return initial_of({one.key: sample for one in questions if (sample := sample_answer(one, today)) is not None})


def sample_answer(question: Question, today: date) -> Any:
    """An answer as it is stored; None where one chooses."""
    if question.type in ("boolean", "choice"):
        return None
    if question.type == "roster":
        return [{column.key: _cell(column, today) for column in question.columns}]
    if question.type in NUMBERS:
        least, most = question.minimum, question.maximum
        return str(least if least is not None else most if most is not None else 1)
    if question.type == "date":
        bound = question.latest or question.earliest
        return today.isoformat() if bound in ("", "today") else bound
    return _typed(question.type)[: question.max_length or None]


def _cell(column: Question, today: date) -> Any:
    if column.type == "boolean":
        return False
    return column.options[0].text if column.type == "choice" else sample_answer(column, today)


def _typed(type_: str) -> str:
    samples = {
        "resident_id": RESIDENT_ID,
        "company_code": COMPANY_CODE,
        "vin": VIN,
        "plate": PLATE,
        "address": _("Room 301, 12 Binjiang Road, Binjiang District, Hangzhou"),
    }
    return samples.get(type_) or _("an example")
