"""Our components inside the back-office theme, without touching the theme.

The theme brings its own layers, resets and names (`--text-sm`, `.table`, `.button`). So the public stylesheets are
rewritten: layers taken off, every rule nested under `.house`, and the tokens declared on `.house` instead of the root.
"""

import re
from pathlib import Path

SOURCES = ("base.css", "components.css", "forms.css", "pages.css", "desk.css", "factory.css", "utilities.css")
TARGET = "back_office.css"
HEADER = "/* Written by `manage.py build_back_office_styles` from the files beside it; change those. */\n"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Rules about the page itself belong to the theme there.
PAGE_RULE = re.compile(r"^(html|body|main|:root|\[hidden\]|\*|@media print|@page|@media \(prefers-)")


def _unlayered(css: str) -> str:
    """The content of every `@layer name { … }` block, without the blocks."""
    css = COMMENT.sub("", css)
    css = re.sub(r"@layer [a-z, ]+;", "", css)
    return "\n".join(body for head, body in blocks(css) if head.startswith("@layer"))


def blocks(css: str) -> list[tuple[str, str]]:
    """Top-level (head, body) pairs of a stylesheet."""
    found, depth, start, head = [], 0, 0, ""
    for index, character in enumerate(css):
        if character == "{":
            if depth == 0:
                head, start = css[start:index].strip(), index + 1
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                found.append((head, css[start:index].strip()))
                start = index + 1
    return found


def _tokens(css: str) -> str:
    """Light values on `.house`, dark ones where the theme is dark; the theme decides, not the device."""
    kept = []
    for head, body in blocks(_unlayered(css)):
        if head == ":root":
            kept.append(f".house {{ {body.replace('color-scheme: light dark;', 'color-scheme: light;')} }}")
        elif head == ':root[data-theme="dark"]':
            kept.append(f".dark .house {{ {body} }}")
        elif head == ":root:lang(en)":
            kept.append(f".house:lang(en) {{ {body} }}")
    return "\n".join(kept)


def _squeezed(css: str) -> str:
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"[ \t]+", " ", css)).strip()


def build(folder: Path) -> str:
    """The stylesheet for the back office from the public ones in `folder`."""
    nested, keyframes = [], []
    for name in SOURCES:
        for head, body in blocks(_unlayered((folder / name).read_text(encoding="utf-8"))):
            if head.startswith("@keyframes"):
                keyframes.append(f"{head} {{ {body} }}")
            elif not PAGE_RULE.match(head):
                nested.append(f"{head} {{ {body} }}")
    tokens = _tokens((folder / "tokens.css").read_text(encoding="utf-8"))
    ground = (
        ".house { color: var(--color-text); font-family: var(--font-sans); font-size: 0.875rem; line-height: 1.5;\n"
        "*, *::before, *::after { box-sizing: border-box; }\na { text-decoration-line: underline; }\n"
    )
    return _squeezed("\n".join([HEADER.strip(), tokens, *keyframes, ground + "\n".join(nested) + "\n}"])) + "\n"
