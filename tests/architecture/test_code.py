"""Walks the source: who writes, how long things are, where words come from."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.house import FLOORS, ROOT, folder, may_know, python_files

WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "save", "delete", "update"}
HAN = re.compile(r"[\u4e00-\u9fff]")
FILES = [(app, path) for app in FLOORS for path in python_files(app)]
# Files outside services/ that write, each with its reason.
WRITERS = {
    "insureweb/kernel/outbox.py": "its own table",
    "insureweb/kernel/numbers.py": "its own table",
    "insureweb/kernel/idempotency.py": "its own table",
    "insureweb/kernel/states.py": "transition() is the one way a state is written",
    "customers/models/users.py": "the manager Django asks for",
    "insureweb/audit/access.py": "the access log's service",
    "insureweb/ops/bench/bare/urls.py": "the yardstick is plain Django on purpose",
}


def shown(path):
    return str(path.relative_to(ROOT))


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("app", "path"), FILES, ids=lambda value: shown(value) if isinstance(value, Path) else value)
def test_files_and_functions_stay_short(app, path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 500, f"{shown(path)} has {lines} lines"
    for node in functions(parsed(path)):
        size = node.end_lineno - node.lineno + 1
        assert size <= 60, f"{shown(path)}:{node.lineno} {node.name} has {size} lines"


def manager_writes(tree):
    """Calls such as `Policy.objects.create()` and `policy.save()`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            target = ast.unparse(node.func.value)
            if node.func.attr in {"update", "delete"} and ".objects" not in target and "queryset" not in target:
                continue
            is_no_record = any(word in target for word in ("super()", "form", "image", "workbook"))
            if node.func.attr == "save" and is_no_record:
                continue
            yield node.lineno, f"{target}.{node.func.attr}"


@pytest.mark.parametrize("app", FLOORS)
def test_only_services_write(app):
    strays = []
    for path in python_files(app):
        inside = {"services", "services.py", "management"} & set(path.relative_to(folder(app)).parts)
        if inside or shown(path) in WRITERS:
            continue
        strays += [f"{shown(path)}:{line} {call}" for line, call in manager_writes(parsed(path))]
    assert strays == []


def public_services():
    for app, path in FILES:
        parts = path.relative_to(folder(app)).parts
        if "services" in parts or path.name == "services.py":
            for node in parsed(path).body:
                decorated = isinstance(node, ast.FunctionDef) and [ast.unparse(d) for d in node.decorator_list]
                if decorated and "use_case" in decorated:
                    yield path, node


@pytest.mark.parametrize(("path", "node"), list(public_services()), ids=lambda v: getattr(v, "name", ""))
def test_use_cases_take_keywords_and_name_actor_and_time(path, node):
    names = [argument.arg for argument in node.args.kwonlyargs]
    assert not node.args.args, f"{shown(path)} {node.name} takes positional arguments"
    assert {"by", "at"} <= set(names), f"{shown(path)} {node.name} lacks by= or at="
    assert "_" in node.name, f"{node.name} is not verb_noun"


def docstrings(tree):
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


# Chinese that is data or the name of a thing, not a sentence of the interface.
HAN_ALLOWED = {
    "insureweb/settings/base.py": "the brand's Chinese name",
    "insureweb/ops/masking.py": "log text to be masked is Chinese too",
    "insureweb/ops/smoke/journey.py": "what an invented customer types",
    "insureweb/ops/smoke/people.py": "what an invented customer types",
    "products/rules/identifiers.py": "what stands on a number plate (GA 36-2018)",
}


@pytest.mark.parametrize("app", FLOORS)
def test_chinese_words_live_in_catalogues_not_in_code(app):
    strays = []
    for path in python_files(app):
        tree = parsed(path)
        documentation = docstrings(tree)
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
            if is_text and HAN.search(node.value) and shown(path) not in HAN_ALLOWED:
                strays.append(f"{shown(path)}:{node.lineno} {node.value[:30]}")
    assert strays == []


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_templates_hold_no_chinese_no_script_no_style(path):
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not HAN.search(text), "words belong into the catalogue"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")", text), "inline script"
    assert not re.search(r"\sstyle=", text), "style attribute"
    assert not re.search(r"\son[a-z]+=\"", text), "inline handler"


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_templates_include_downwards_only(path):
    room = path.relative_to(ROOT / "templates").parts[0]
    if room not in FLOORS:
        return
    for other in re.findall(r"{% (?:include|extends) \"([a-z]+)/", path.read_text(encoding="utf-8")):
        assert other not in FLOORS or may_know(room, other), f"{shown(path)} includes {other}"
