"""The shop's own tables, read once a process: needs in the customer's words, and words that mean the same."""

from functools import cache
from pathlib import Path

from products.rules.document import read_yaml
from products.rules.needs import Need, read_needs
from products.rules.search_text import Synonyms, read_synonyms
from products.sources import read_text

TABLES = Path(__file__).resolve().parent / "tables"


@cache
def needs() -> tuple[Need, ...]:
    return read_needs(read_yaml(read_text(TABLES / "needs.yaml"), file="needs.yaml"))


@cache
def synonyms() -> Synonyms:
    return read_synonyms(read_yaml(read_text(TABLES / "synonyms.yaml"), file="synonyms.yaml"))
