"""Every page of docs/ is found from the index."""

import re
from collections.abc import Iterator
from pathlib import Path

from bluegreen_cli.stage import ROOT
from tests.house import limits
from tests.house.measure import Measure

INDEX = ROOT / "docs" / "README.md"
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


def measures() -> Iterator[Measure]:
    lost = sorted(path.relative_to(ROOT).as_posix() for path in _lost())
    place = lost[0] if lost else ""
    yield Measure("pages of docs/ without a link from its index", len(lost), limits.PAGES_WITHOUT_LINK, place)


def linked(page: Path) -> Iterator[Path]:
    """The files that a page links to."""
    for target in _LINK.findall(page.read_text()):
        if "://" not in target:
            yield (page.parent / target).resolve()


def _lost() -> set[Path]:
    found = set(linked(INDEX)) if INDEX.exists() else set()
    return {page for page in (ROOT / "docs").rglob("*.md") if page != INDEX} - found
