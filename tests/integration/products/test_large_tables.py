"""A version with tables of 5,000 rows: read from its file, loaded, published, decided and priced."""

import copy
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from products.compiled import compiled, forget_all
from products.rules.document import read_yaml
from products.services.loading import load_product
from products.sources import CATALOGUE, read_product_file
from tests.factories.products import AT, LOADER, publish

pytestmark = pytest.mark.django_db

ROWS = 5_000
SECONDS = 5.0


def large_product(folder: Path) -> Path:
    """Anlan Guard with 5,000 rows of rates and 5,000 underwriting rules, written as a file with its wordings."""
    tree: Any = copy.deepcopy(read_yaml((CATALOGUE / "anlan-guard.yaml").read_text(encoding="utf-8")).tree())
    rates = tree["rating"]["tables"]["term_life_rate"]["rows"]
    kept = [row for row in rates if row[0] not in ("46..50", "51..55", "56..60")]
    tree["rating"]["tables"]["term_life_rate"]["rows"] = [
        *kept, *([f"[{46 + place}..{47 + place})", f"{place}.50"] for place in range(ROWS - len(kept))),
    ]  # fmt: skip
    tree["underwriting"]["rules"] += [
        {
            "id": f"BIG-{place}",
            "when": {
                "sum_insured": f"({place * 100 + 9_000_000}..{place * 100 + 9_000_100}]",
                "purpose": f"reason {place}",
            },
            "then": "refer",
            "reason": {"zh-hans": f"第 {place} 条由核保员审核。", "en": f"Row {place} goes to an underwriter."},
        }
        for place in range(ROWS - len(tree["underwriting"]["rules"]))
    ]
    (folder / "wordings").symlink_to(CATALOGUE / "wordings")
    path = folder / "anlan-guard.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, default_style='"'), encoding="utf-8")
    return path


def test_a_version_with_5000_row_tables_is_published_within_five_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = large_product(tmp_path)
    started = time.process_time()
    source = read_product_file(path)
    read = time.process_time()
    draft = load_product(source=source, by=LOADER, at=AT).version
    forget_all()  # publishing in another process finds nothing compiled
    loaded = time.process_time()
    version = publish(draft)
    published = time.process_time()
    figures = {"read": read - started, "loaded": loaded - read, "published": published - loaded}
    with capsys.disabled():
        print("\n5,000 rows, CPU:", ", ".join(f"{name} {taken:.1f} s" for name, taken in figures.items()))  # noqa: T201
    assert version.state == "published"
    assert published - loaded <= SECONDS, figures
    product = compiled(version)
    assert len(product.definition.rating.tables["term_life_rate"].rows) == ROWS
    assert len(product.definition.tables["underwriting"].rules) == ROWS
    started = time.process_time()
    for _time in range(200):
        product.decide("underwriting", FACTS)
    each = (time.process_time() - started) / 200
    assert each < 0.001, f"{each * 1e6:.0f} µs a decision"


FACTS = {
    "age": 30, "occupation_class": "2", "sum_insured": 9_000_150, "existing_sum_insured": 0, "relationship": "self",
    "serious_illness": False, "chronic_illness": False, "unclear_symptoms": False, "hospital_stay": False,
    "refused_before": False, "purpose": "reason 1",
}  # fmt: skip
