"""`python release_notes.py v0.2.0` prints the changelog's section of that version, which becomes the release's text.

Refused where the tag is not pyproject's version, or where the changelog has nothing to say of it.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Refused(Exception):
    """The tag cannot be released."""


def notes(tag: str, root: Path = ROOT) -> str:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    if tag != f"v{version}":
        raise Refused(f"the tag is {tag}, but pyproject.toml's version is {version}: v{version} was expected")
    return section(version, (root / "CHANGELOG.md").read_text())


def section(version: str, changelog: str) -> str:
    """What stands below `## 0.2.0 - 2026-11-29`, up to the next section."""
    parts = re.split(r"(?m)^## +", changelog)[1:]
    found = [part for part in parts if re.match(rf"{re.escape(version)} - \d{{4}}-\d\d-\d\d\n", part)]
    if len(found) != 1:
        raise Refused(f"CHANGELOG.md has {len(found)} sections `## {version} - <date>`, and needs one")
    text = found[0].partition("\n")[2].strip()
    if not text:
        raise Refused(f"CHANGELOG.md's section of {version} is empty")
    return text + "\n"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("which tag? release_notes.py v0.2.0", file=sys.stderr)
        return 2
    try:
        print(notes(arguments[0]), end="")
    except Refused as why:
        print(f"not released: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
