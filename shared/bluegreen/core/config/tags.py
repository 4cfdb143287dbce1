"""Release tags: which are ours, which is newer (semver.org, section 11)."""

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

_SEMVER = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$")
_TAG = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+/-]{0,99}")


class Order(NamedTuple):
    """Sorts as semver does: numbers first, a prerelease before its release."""

    numbers: tuple[int, int, int]
    final: bool
    prerelease: tuple[tuple[int, int, str], ...]


@lru_cache(maxsize=1024)
def order(tag: str) -> Order | None:
    """Where a tag stands among others; None when it carries no version number."""
    found = _SEMVER.search(tag)
    if found is None:
        return None
    parts = tuple(_identifier(part) for part in (found[4] or "").split(".") if part)
    return Order((int(found[1]), int(found[2]), int(found[3])), not parts, parts)


def older(tag: str, than: str) -> bool:
    """True when both carry versions and `tag` has the lower one."""
    ours, theirs = order(tag), order(than)
    return ours is not None and theirs is not None and ours < theirs


def fault(tag: str, pattern: str, prereleases: bool) -> str | None:
    """Why a tag is none of a service's releases; None when it is one."""
    if not _TAG.fullmatch(tag) or ".." in tag:
        return f"{tag[:100]!r} is not a usable tag name"
    if not fnmatchcase(tag, pattern):
        return f"tag {tag} does not match the pattern {pattern}"
    found = order(tag)
    if found is not None and not found.final and not prereleases:
        return f"tag {tag} is a prerelease, and prereleases are not wanted"
    return None


def version(tag: str) -> str:
    """`v1.3.0` and `api-v1.3.0` say version 1.3.0; a tag without a number is its own version."""
    found = _SEMVER.search(tag)
    return found[0] if found else tag


def _identifier(part: str) -> tuple[int, int, str]:
    return (0, int(part), "") if part.isdigit() else (1, 0, part)
