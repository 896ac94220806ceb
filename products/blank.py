"""What a new product begins as."""

from datetime import date
from functools import cache

from products.rules.document import Tree, read_yaml
from products.sources import CATALOGUE, read_text

BLANK = CATALOGUE / "_blank.yaml"


def blank_tree(*, code: str, name: dict[str, str], insurer: str, category: str, day: date) -> Tree:
    """The blank definition under a product's own code and name, to be sold from a day on.

    Raises:
        ProductFileError: when the shipped file is broken.
    """
    tree = read_yaml(read_text(BLANK), file=BLANK.name).tree()
    assert isinstance(tree, dict)  # noqa: S101  the shipped file is a mapping
    sale = tree["sale"]
    assert isinstance(sale, dict)  # noqa: S101
    return tree | {
        "product": code, "name": dict(name), "insurer": insurer, "category": category,
        "sale": sale | {"from": day.isoformat()},
    }  # fmt: skip


@cache
def placeholders() -> tuple[str, ...]:
    """What the blank definition says, in each language, where something is still to be written."""
    tree = read_yaml(read_text(BLANK), file=BLANK.name).mapping()
    text = tree["covered"].items()[0].mapping()["text"].localized()
    return text.zh_hans, text.en
