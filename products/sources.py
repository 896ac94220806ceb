"""Product files on disk: the YAML with its wordings put in place, ready to be read or stored."""

from dataclasses import dataclass
from pathlib import Path

from products.rules.definition import Definition
from products.rules.document import MAX_FILE_CHARACTERS, Node, ProductFileError, Tree, read_yaml
from products.rules.reading import read_definition
from products.rules.wording import read_clauses

CATALOGUE = Path(__file__).resolve().parent / "catalogue"
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class ProductSource:
    """A product file as read: its text, its tree with the wordings inside, and what it means."""

    path: Path
    text: str
    tree: Tree
    definition: Definition


def catalogue_files() -> list[Path]:
    """The product files shipped with the house, in order of name; files that begin with `_` are not products."""
    return sorted(path for path in CATALOGUE.glob("*.yaml") if not path.name.startswith("_"))


def read_product_file(path: Path) -> ProductSource:
    """Read one product file and the wordings it names.

    Raises:
        ProductFileError: with file, line and place.
    """
    text = read_text(path)
    try:
        root = with_wordings(read_yaml(text), path.parent)
        return ProductSource(path, text, root.tree(), read_definition(root))
    except ProductFileError as error:
        raise error if error.file else error.in_file(path.name) from None


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        ProductFileError: the file cannot be read, is too large, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProductFileError(1, "", f"cannot be read: {error.strerror}", path.name) from None
    if len(data) > 4 * MAX_FILE_CHARACTERS:
        raise ProductFileError(1, "", "the file is too large", path.name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ProductFileError(line, "", "not UTF-8 text", path.name) from None


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
