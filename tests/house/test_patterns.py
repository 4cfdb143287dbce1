"""Regular expressions mean the same under every Python that we support."""

import re

from bluegreen_cli.stage import ROOT

# `(?:…)*+`: before Python 3.11.5 such a match may end too early (CPython 106052). `(?>(?:…)*)` is the same everywhere.
_POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{{1,2}\d*,?\d*\}{1,2})\+")


def test_no_group_is_repeated_possessively():
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for part in ("shared", "cli", "router", "demo", "emulator")
        for path in sorted((ROOT / part).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _POSSESSIVE_GROUP.search(line) and not line.lstrip().startswith("#")
    ]

    assert found == []
