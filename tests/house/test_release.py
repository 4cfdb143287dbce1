"""What a tag becomes: refused unless pyproject and the changelog say the same."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHANGELOG = """# Changelog

## Unreleased

### Added
- Not yet.

## 1.2.3 - 2026-11-29

### Fixed
- This.

## 1.2.30 - 2026-11-28

- That.

## 1.2.2 - 2026-11-01
"""


def release_notes():
    spec = importlib.util.spec_from_file_location("release_notes", ROOT / ".github" / "release_notes.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NOTES = release_notes()


@pytest.fixture
def clone(tmp_path):
    """A clone whose version is 1.2.3; answers a way to give it another changelog."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def test_a_release_says_its_own_section_and_no_other(clone):
    assert NOTES.notes("v1.2.3", clone) == "### Fixed\n- This.\n"


@pytest.mark.parametrize("tag", ["v1.2.30", "v1.2.2", "1.2.3", "v1.2.3rc1", "main", ""])
def test_a_tag_that_is_not_the_version_is_refused(clone, tag):
    with pytest.raises(NOTES.Refused, match=r"v1\.2\.3 was expected"):
        NOTES.notes(tag, clone)


@pytest.mark.parametrize(
    ("heading", "why"),
    [("## 1.2.4 - 2026-11-29", "0 sections"), ("## 1.2.3", "0 sections"), ("## 1.2.30 - 2026-11-28", "0 sections")],
)
def test_a_version_without_a_dated_section_is_refused(clone, heading, why):
    (clone / "CHANGELOG.md").write_text(CHANGELOG.replace("## 1.2.3 - 2026-11-29", heading))

    with pytest.raises(NOTES.Refused, match=why):
        NOTES.notes("v1.2.3", clone)


def test_a_section_that_says_nothing_is_refused(clone):
    (clone / "pyproject.toml").write_text('[project]\nversion = "1.2.2"\n')

    with pytest.raises(NOTES.Refused, match="is empty"):
        NOTES.notes("v1.2.2", clone)


def test_a_version_with_two_sections_is_refused(clone):
    (clone / "CHANGELOG.md").write_text(CHANGELOG.replace("1.2.30", "1.2.3"))

    with pytest.raises(NOTES.Refused, match="2 sections"):
        NOTES.notes("v1.2.3", clone)


def test_what_is_wrong_is_said_with_an_exit_status(capsys):
    assert NOTES.main(["v0.0.0"]) == 1
    assert "not released" in capsys.readouterr().err
    assert NOTES.main([]) == 2


def test_this_clone_s_version_can_be_tagged():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert NOTES.notes(f"v{version}")


def test_what_is_not_released_yet_stands_on_top():
    headings = re.findall(r"(?m)^## (.*)$", (ROOT / "CHANGELOG.md").read_text())

    assert headings[0] == "Unreleased"
