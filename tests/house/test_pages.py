"""What the pages name is there: tests, files, links and their anchors, verbs of make, commands."""

import re

import pytest
import typer

from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT
from tests.house.doors import FUNCTIONS

PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in [
        *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG", "DECISIONS")),
        ROOT / "CODE_OF_CONDUCT.md",
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")),
        ROOT / ".github" / "pull_request_template.md",
    ]
}
PLACES = (ROOT, ROOT / "shared" / "bluegreen", ROOT / "shared" / "bluegreen" / "core")
FOLDERS = {path.name for place in PLACES for path in place.iterdir() if path.is_dir()}
MADE = re.compile(r"\.(?:build|venv|bluegreen)/|dist/")  # written by a command, and not committed
_FENCE = re.compile(r"(?ms)^```.*?^```$")
_TICKED = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"[\w.-]+(?:/[\w.*-]+)+/?|[\w.-]+/")
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in (path.stem, *re.findall(r"(?m)^(?:async )?def (test_\w+)", path.read_text()))
}
VERBS = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
COMMANDS = set(typer.main.get_group(app).commands)


def anchors(page):
    """As GitHub makes them of headings."""
    headings = re.findall(r"(?m)^#+ (.*)$", _FENCE.sub("", page.read_text()))
    plain = (re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).lower()) for text in headings)
    return {text.replace(" ", "-") for text in plain}


def code(text):
    """Indented and inline code: where commands stand."""
    return [*re.findall(r"(?m)^ {4,}(\S.*)$", text), *_TICKED.findall(text)]


def is_a_place(named):
    """Whether it looks like a path of the repository: its first folder is one of ours."""
    return bool(_PATH.fullmatch(named)) and named.partition("/")[0] in FOLDERS and not MADE.match(named)


@pytest.fixture(params=PAGES)
def page(request):
    return PAGES[request.param]


def test_a_test_that_is_named_exists(page):
    named = [name for name in _TICKED.findall(page.read_text()) if re.fullmatch(r"test_\w+", name)]

    assert [name for name in named if name not in TESTS] == []


def test_a_path_that_is_named_exists(page):
    named = {name for name in _TICKED.findall(_FENCE.sub("", page.read_text())) if is_a_place(name)} - set(FUNCTIONS)
    stems = ("", ".py")  # `core/sets` may be a folder or a module

    assert [
        name
        for name in sorted(named)
        if not any(any(place.glob(name.rstrip("/") + stem)) for place in PLACES for stem in stems)
    ] == []


def test_a_link_leads_somewhere(page):
    links = [link for link in _LINK.findall(_FENCE.sub("", page.read_text())) if "://" not in link]
    wrong = []
    for link in links:
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)

    assert wrong == []


def test_a_verb_of_make_exists(page):
    named = {verb for line in code(page.read_text()) for verb in re.findall(r"(?:^|[(&] ?)make ([a-z-]+)", line)}

    assert named - VERBS == set()


def test_a_command_exists(page):
    named = {word for line in code(page.read_text()) for word in re.findall(r"^bluegreen ([a-z-]+)", line)}

    assert {word for word in named if not word.startswith("-")} - COMMANDS == set()
