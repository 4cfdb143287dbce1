"""Section `tags`: which tags are releases of a service; and which of two tags is newer (semver.org, section 11)."""

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from pydantic import Field

from bluegreen.core.model import Frozen

_SEMVER = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$")
_TAG = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+/-]{0,99}")


class Tags(Frozen):
    pattern: str = "v*"
    prereleases: bool = False
    ask_every: int = Field(default=5, ge=1, le=60)  # minutes between two looks for tags whose webhook never came

    def fault(self, tag: str) -> str | None:
        """Why a tag is not a release of the service; None when it is one."""
        if not _TAG.fullmatch(tag) or ".." in tag:
            return f"{tag[:100]!r} is not a usable tag name"
        if not fnmatchcase(tag, self.pattern):
            return f"tag {tag} does not match the pattern {self.pattern}"
        rank = precedence(tag)
        if rank is not None and not rank.final and not self.prereleases:
            return f"tag {tag} is a prerelease, and prereleases are not wanted"
        return None


class Precedence(NamedTuple):
    """Sorts as semver's precedence does: by the numbers, and a prerelease before its release."""

    numbers: tuple[int, int, int]
    final: bool
    prerelease: tuple[tuple[int, int, str], ...]


@lru_cache(maxsize=1024)
def precedence(tag: str) -> Precedence | None:
    """A tag's rank among versions; None when it carries no version number."""
    match = _SEMVER.search(tag)
    if match is None:
        return None
    identifiers = tuple(_identifier(text) for text in (match[4] or "").split(".") if text)
    return Precedence((int(match[1]), int(match[2]), int(match[3])), not identifiers, identifiers)


def older(tag: str, than: str) -> bool:
    """True when both carry versions and `tag` has the lower one."""
    ours, theirs = precedence(tag), precedence(than)
    return ours is not None and theirs is not None and ours < theirs


def version(tag: str) -> str:
    """`v1.3.0` and `api-v1.3.0` say version 1.3.0; a tag without a number is its own version."""
    match = _SEMVER.search(tag)
    return match[0] if match else tag


def _identifier(text: str) -> tuple[int, int, str]:
    return (0, int(text), "") if text.isdigit() else (1, 0, text)
