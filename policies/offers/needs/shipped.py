"""The questions and the advice table that come with the house, read once a process."""

from functools import cache
from pathlib import Path

from policies.offers.needs.rules.questions import Questionnaire, read_questionnaire
from products.rules.decisions import DecisionTable
from products.rules.document import read_yaml
from products.rules.reading.tables import read_standalone_table
from products.sources import read_text

TABLES = Path(__file__).resolve().parent / "tables"


@cache
def questionnaire() -> Questionnaire:
    return read_questionnaire(read_yaml(read_text(TABLES / "questions.yaml"), file="questions.yaml"))


@cache
def advice_table() -> DecisionTable:
    return read_standalone_table(read_yaml(read_text(TABLES / "advice.yaml"), file="advice.yaml"))
