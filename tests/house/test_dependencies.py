"""What the wheel imports it also installs; what the functions carry is part of that; each group is in its lock."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PYPROJECT["dependency-groups"]
WHEEL = ("shared", "cli", "emulator", "router", "demo", "packages")


def name_of(requirement):
    return re.split(r"[\[<>=~!; ]", requirement)[0].lower().replace("_", "-")


def names(group):
    """Of a group, with what it includes."""
    found = set()
    for one in GROUPS[group]:
        found |= names(one["include-group"]) if isinstance(one, dict) else {name_of(one)}
    return found


COMMAND = {name_of(one) for one in PYPROJECT["project"]["dependencies"]}


def imported(path):
    """The top names of the absolute imports anywhere in a file."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in found}


def foreign():
    """Top names that the wheel imports from elsewhere, each with a file that does."""
    files = [path for room in WHEEL for path in (ROOT / room).rglob("*.py")]
    found = {name: path for path in files for name in imported(path)}
    theirs = {name for name in found if not name.startswith("bluegreen")} - sys.stdlib_module_names
    return {name: found[name] for name in theirs}


def locked(file):
    return set(re.findall(r"(?m)^([a-z0-9-]+)==", (ROOT / file).read_text()))


def test_the_wheel_installs_whatever_it_imports():
    owners = packages_distributions()
    missing = {
        f"{name} ({path.relative_to(ROOT)})"
        for name, path in foreign().items()
        if not {name_of(owner) for owner in owners.get(name, [name])} & COMMAND
    }

    assert missing == set()


def test_the_wheel_installs_nothing_that_is_for_developers_only():
    developers = names("lint") | names("release") | names("test")

    assert COMMAND & developers == set()


def test_what_the_functions_carry_is_asked_for_in_the_same_words_by_the_command():
    assert set(GROUPS["functions"]) <= set(PYPROJECT["project"]["dependencies"])


@pytest.mark.parametrize("group", sorted(set(GROUPS) - {"dev", "release"}))
def test_whoever_develops_gets_the_group(group):
    assert names(group) <= names("dev")


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("requirements-functions.lock", names("functions")),
        ("requirements-release.lock", names("release")),
        ("requirements.lock", names("dev") | COMMAND),
    ],
)
def test_a_lock_has_all_that_is_asked_for(file, wanted):
    assert wanted - locked(file) == set()


@pytest.mark.parametrize("file", sorted(path.name for path in ROOT.glob("*.lock")))
def test_each_line_of_a_lock_is_one_version_with_its_hashes(file):
    lines = (ROOT / file).read_text().replace("\\\n", " ").splitlines()
    wanted = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    one = r"[a-z0-9.-]+(\[[a-z,]+\])?==[\w.+!-]+( ; .*?)?(\s+--hash=sha256:[0-9a-f]{64})+"

    assert len(wanted) == len({line.partition("==")[0] for line in wanted})
    assert [line for line in wanted if not re.fullmatch(one, line)] == []


def test_whoever_installs_wants_hashes_or_has_no_index_to_install_from():
    """Building counts as installing: what builds is fetched too, unless it is there already."""
    places = [ROOT / "Makefile", ROOT / "router" / "Dockerfile", ROOT / ".ci" / "run", *ROOT.glob(".github/**/*.y*ml")]
    there = [path.read_text() for path in places if path.exists()]
    said = [line for text in there for line in re.findall(r".*\bpip\b.* (?:install|download) .*", text)]

    assert said
    assert [line for line in said if not re.search("--require-hashes|--no-build-isolation|--no-index", line)] == []


def test_functions_and_developers_have_the_same_versions():
    both = [
        set(re.findall(r"(?m)^([a-z0-9-]+==\S+)", (ROOT / name).read_text()))
        for name in ("requirements-functions.lock", "requirements.lock")
    ]

    assert both[0] <= both[1]
