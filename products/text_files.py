"""Text files as the house takes them in: UTF-8, of a sane size, with errors that name the line."""

from pathlib import Path

from products.rules.document import MAX_FILE_CHARACTERS, ProductFileError


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        ProductFileError: the file cannot be read, is too large, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProductFileError(1, "", f"cannot be read: {error.strerror}", path.name) from None
    return decoded(data, path.name)


def decoded(data: bytes, name: str = "") -> str:
    """The text of a file's bytes.

    Raises:
        ProductFileError: too large, or not UTF-8.
    """
    if len(data) > 4 * MAX_FILE_CHARACTERS:
        raise ProductFileError(1, "", "the file is too large", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ProductFileError(line, "", "not UTF-8 text", name) from None
