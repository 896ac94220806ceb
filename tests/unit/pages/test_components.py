"""The examples in the components' README draw, and templates keep the rules of the house."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import override

from insureweb.kernel.icons import ICONS
from insureweb.kernel.money import Money
from insureweb.pages.back_office_styles import build
from insureweb.pages.samples import SampleForm, gallery_samples
from tests.unit.pages.drawing import draw

ROOT = Path(settings.BASE_DIR)
COMPONENTS = ROOT / "templates" / "_components"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
README = (COMPONENTS / "README.md").read_text(encoding="utf-8")


def shown(path):
    return str(path.relative_to(ROOT))


def example_lines():
    blocks = re.findall(r"```django\n(.*?)```", README, re.DOTALL)
    text = "\n".join(block for block in blocks if "{% extends" not in block)
    text = (
        text.replace("{% url … %}", "/address/")
        .replace("\n  <c-receipt-line", "<c-receipt-line")
        .replace("\n</c-receipt>", "</c-receipt>")
    )
    return [line for line in text.split("\n") if line.strip()]


def values():
    samples = gallery_samples()
    return samples | {
        "order": {"total": Money.of("174.25"), "state_enum": "paid", "expires_at": datetime(2030, 1, 1, tzinfo=UTC)},
        "quote": {"total": Money.of("174.25")},
        "line": {"amount": Money.of("138")},
        "policy": {"period": samples["period"], "state_enum": "in_force", "no": "AL1"},
        "party": {"phone": "138 **** 5120"},
        "covers": samples["covered"],
        "exclusions": samples["excluded"],
        "total": Money.of("1"),
        "form": SampleForm({}),
        "due_on": date(2030, 1, 1),
    }


@pytest.mark.parametrize("line", example_lines())
def test_readme_examples_draw(line):
    with override("en"):
        page = draw(line, values())
    assert "<c-" not in page
    assert '="None"' not in page


@pytest.mark.parametrize("path", sorted(COMPONENTS.glob("*.html")), ids=shown)
def test_each_component_says_how_to_use_it(path):
    text = path.read_text(encoding="utf-8")
    name = path.stem.replace("_", "-")
    assert f"<c-{name}" in text.split("{% endcomment %}")[0], "its comment shows an example"
    assert f"<c-{name}" in README, "the README names it"


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_templates_compile(path):
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_icons_exist(path):
    text = path.read_text(encoding="utf-8")
    names = re.findall(r'{% icon "([^"]+)"', text) + re.findall(r'<c-[a-z-]+[^>]*?\sicon="([a-z-]+)"', text)
    assert set(names) <= set(ICONS)


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "css").glob("*.css")), ids=shown)
def test_stylesheets_load_nothing_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    assert "@import" not in text
    assert not re.search(r"url\((?!\"data:)", text)
    assert text.count("{") == text.count("}")


def test_both_ways_into_the_dark_use_the_same_colours():
    css = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    by_device = re.search(
        r"prefers-color-scheme: dark\) \{\s*:root:not\(\[data-theme=\"light\"\]\) \{(.*?)\}", css, re.DOTALL
    )
    by_choice = re.search(r":root\[data-theme=\"dark\"\] \{\s*color-scheme: dark;(.*?)\}", css, re.DOTALL)
    assert by_device
    assert by_choice
    assert by_device[1].split() == by_choice[1].split()


def luminance(colour):
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes():
    css = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light = re.search(r":root \{(.*?)\n  \}", css, re.DOTALL)[1]
    dark = re.search(r":root\[data-theme=\"dark\"\] \{(.*?)\}", css, re.DOTALL)[1]
    return [dict(re.findall(r"--color-([a-z-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]


TEXT_PAIRS = [
    ("text", "surface"), ("text-soft", "surface"), ("text-soft", "surface-sunken"), ("text-faint", "surface-sunken"),
    ("on-accent", "accent"), ("link", "surface"), ("link", "accent-soft"), ("time", "time-soft"), ("time", "surface"),
    ("good", "good-soft"), ("bad", "bad-soft"), ("bad", "surface"), ("on-deep-soft", "surface-deep"),
    ("time-on-deep", "surface-deep"),
]  # fmt: skip


@pytest.mark.parametrize("pair", TEXT_PAIRS)
@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
def test_text_contrast(palette, pair):
    assert contrast(palette[pair[0]], palette[pair[1]]) >= 4.5


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
def test_edges_and_focus_contrast(palette):
    for mark in ("line-strong", "focus", "time-line"):
        assert contrast(palette[mark], palette["surface"]) >= 3


def test_back_office_styles_are_current_and_stay_inside_the_house():
    folder = ROOT / "static" / "css"
    text = build(folder)
    assert (folder / "back_office.css").read_text(encoding="utf-8") == text
    assert "@layer" not in text
    assert not re.search(r"^(html|body|:root)", text, re.MULTILINE)
