"""CONTRIBUTING names what to read first: it is there, it includes the heart of the matter, and it is short."""

import re

from bluegreen_cli.stage import ROOT

LINES = 900


def path():
    """The files of the numbered list, from the root of the repository."""
    listed = re.search(r"(?s)Read in this order.*?\n\n(.*?)\n\n", (ROOT / "CONTRIBUTING.md").read_text())[1]
    named = re.findall(r"`([\w/]+\.py)`", listed)
    return [ROOT / name if (ROOT / name).is_file() else ROOT / "shared" / "bluegreen" / name for name in named]


def test_what_is_to_be_read_first_is_there():
    assert [file for file in path() if not file.is_file()] == []
    assert {"table.py", "journal.py", "rounds.py"} <= {file.name for file in path()}
    assert ROOT / "shared/bluegreen/door/__init__.py" in path()


def test_it_can_be_read_in_an_hour():
    assert sum(len(file.read_text().splitlines()) for file in path()) <= LINES
