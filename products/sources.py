"""Product files on disk: the YAML with its wordings and mortality rates put in place, ready to be read or stored."""

from dataclasses import dataclass
from pathlib import Path

from products.mortality import Find, shipped_table, with_mortality
from products.rules.definition import Definition
from products.rules.document import Node, ProductFileError, Tree, read_yaml
from products.rules.reading import read_definition
from products.rules.wording import read_clauses
from products.text_files import read_text

CATALOGUE = Path(__file__).resolve().parent / "catalogue"
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class ProductSource:
    """A product file as read: its text, its tree with wordings and mortality rates inside, and what it means."""

    path: Path
    text: str
    tree: Tree
    definition: Definition


def catalogue_files() -> list[Path]:
    """The product files shipped with the house, in order of name; files that begin with `_` are not products."""
    return sorted(path for path in CATALOGUE.glob("*.yaml") if not path.name.startswith("_"))


def read_product_file(path: Path, find: Find = shipped_table) -> ProductSource:
    """Read one product file, the wordings and the mortality tables it names.

    Args:
        find: a mortality table by its code; those shipped with the house unless the caller knows more.

    Raises:
        ProductFileError: with file, line and place.
    """
    text = read_text(path)
    try:
        root = with_mortality(with_wordings(read_yaml(text), path.parent), find)
        return ProductSource(path, text, root.tree(), read_definition(root))
    except ProductFileError as error:
        raise error if error.file else error.in_file(path.name) from None


def with_wordings(root: Node, folder: Path) -> Node:
    """The same tree with each wording's `file` replaced by the text of its two Markdown files.

    `file: anlan-guard` stands for wordings/anlan-guard.zh-hans.md and wordings/anlan-guard.en.md beside the YAML.
    """
    mapping = dict(root.mapping())
    wordings = mapping.get("wordings")
    if wordings is None:
        return root
    filled = {key: _filled(node, folder) for key, node in wordings.mapping().items()}
    mapping["wordings"] = Node(filled, wordings.line, wordings.path, wordings.key_lines)
    return Node(mapping, root.line, root.path, root.key_lines)


def _filled(node: Node, folder: Path) -> Node:
    fields = dict(node.mapping())
    if "file" not in fields:
        return node
    stem_node = fields.pop("file")
    stem = stem_node.code()
    if "text" in fields:
        raise node.error("a wording has either a file or a text")
    texts = {language: _wording_text(folder, stem, language, stem_node) for language in LANGUAGES}
    try:
        read_clauses(texts["zh-hans"], texts["en"], "")
    except ProductFileError as error:
        language = error.path.removeprefix(".")
        raise ProductFileError(error.line, "", error.message, f"{stem}.{language}.md") from None
    place = f"{node.path}.text"
    parts = {language: Node(text, node.line, f"{place}.{language}") for language, text in texts.items()}
    fields["text"] = Node(parts, node.line, place)
    return Node(fields, node.line, node.path, node.key_lines)


def _wording_text(folder: Path, stem: str, language: str, node: Node) -> str:
    path = folder / "wordings" / f"{stem}.{language}.md"
    if not path.is_file():
        raise node.error(f"there is no file wordings/{path.name}")
    text = read_text(path)
    if any(ord(character) < 32 and character not in "\n\r\t" for character in text):
        raise ProductFileError(1, "", "contains a control character", path.name)
    return text
