"""The provinces with their names, from products/tables/regions.yaml."""

from functools import cache
from pathlib import Path

from insureweb.kernel.localized import Localized
from products.rules.document import read_yaml
from products.text_files import read_text

TABLE = Path(__file__).resolve().parent / "tables" / "regions.yaml"


@cache
def provinces() -> dict[str, Localized]:
    """Names by code, in the order of the standard."""
    rows = (item.fields("code name") for item in read_yaml(read_text(TABLE), file=TABLE.name).items())
    return {fields["code"].text(): fields["name"].localized() for fields in rows}
