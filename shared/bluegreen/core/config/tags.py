"""Section `tags`: which tags are releases of a service, and which of two is newer.

The version stands behind a name, which may have digits of its own: `v`, `api-v`, `web@`, `team-2/`, `php8.2-v`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from pydantic import Field, field_validator

from bluegreen.core.config import globs
from bluegreen.core.config.tag_schemes import LOOSE_READERS, READERS, YEAR_LAST, Precedence, Scheme
from bluegreen.core.credentials import hidden
from bluegreen.core.model import Frozen

_LONGEST = 100  # characters. Python refuses to read a number of 5,000 digits, and an image's tag has 128 at most
_TAG = re.compile(r"(?=@?[0-9A-Za-z])[0-9A-Za-z._+/@-]+")
_NOT_IN_GIT = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|\A@\Z")
_START = re.compile(r"(?:^|[-_/@.])[A-Za-z]*(?=\d)")
# What is skipped before a version is a name, such as `web2-v` or `team-2/`, and never half a version.
_HALF = re.compile(r"(?:^|[-_/@.+])[vV]?\d+(?:[-_.]|$)|\d\.$")
# A name with a digit of its own ends here: `php8.2-v1.3.0`, `web2-1.3.0`.
_BEHIND_NAME = re.compile(r"(?:^|[-_/@])[vV](?=\d+\.\d)|(?:^|[/@])(?![vV]\d)[A-Za-z]+\d+[-_](?=\d+\.\d)")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
# `sha-abc1234` is no version 1234; `d20261101` is a date.
_COMMIT = re.compile(r"(?:^|[-_/@])(?=[a-f])(?![a-f]+20\d{6}(?:\d{4}(?:\d\d)?)?$)[0-9a-f]{7,40}$")
_ALLOWED = {
    Scheme.AUTO: "1.3.0, 1.3.0-rc.1, 1.3.0rc1, 1.2.3.4, 42 or a date, year first; `tags.scheme: none` takes any tag",
    Scheme.SEMVER: "three numbers such as 1.3.0 or 1.3.0-rc.1 (semver.org)",
    Scheme.PEP440: "what Python's packages are numbered with, such as 1.3.0, 1.3.0rc1 or 1.3.0.dev1",
    Scheme.CALVER: "a year and a month first, such as 2026.11.01, 26.11.3 or 20261101",
    Scheme.NUMERIC: "numbers only, such as 42, 1.3 or 1.2.3.4",
}


class Tags(Frozen):
    pattern: str = Field(default="v*", max_length=200)  # `*` does not cross `/`, `**` does
    scheme: Scheme = Scheme.AUTO  # how the version in a tag is read; `none`: any tag, and none is older
    prereleases: bool = False
    ask_every: int = Field(default=5, ge=1, le=60)  # minutes between looks for missed tags; more from 167 services on

    @field_validator("pattern")
    @classmethod
    def _is_a_glob(cls, pattern: str) -> str:
        if "]+" in pattern:
            raise ValueError("a + after [0-9] is not understood: v[0-9]*.[0-9]*.[0-9]* takes what v1.3.0 looks like")
        return pattern

    def fault(self, tag: str) -> str | None:
        """Why a tag is not a release of the service; None when it is one."""
        if len(tag) > _LONGEST:
            return f"tag {tag[:40]}… has {len(tag):,} characters: allowed are {_LONGEST}"
        if not _TAG.fullmatch(tag) or ".." in tag:
            allowed = "letters, digits and . _ + / @ -, the first none of . _ + / -, no two dots in a row"
            return f"{hidden(tag)!r} is not a usable tag name: allowed are {allowed}"
        if not globs.overlap(self.pattern, tag):
            return f"tag {tag} does not match the pattern {self.pattern}"
        if self.scheme is Scheme.NONE:
            return None
        rank = precedence(tag, self.scheme)
        if rank is None:
            return f"tag {tag} carries no version of scheme {self.scheme.value}: allowed is {_ALLOWED[self.scheme]}"
        if not rank.final and not self.prereleases:
            return f"tag {tag} is a prerelease, and prereleases are not wanted"
        return None

    def rank(self, tag: str) -> Precedence | None:
        """A tag's place in the order; one from before a change of scheme has its place too."""
        if self.scheme is Scheme.NONE:
            return None
        return precedence(tag, self.scheme) or precedence(tag)

    def older(self, tag: str, than: str) -> bool:
        """True when both carry versions and `tag` has the lower one."""
        ours, theirs = self.rank(tag), self.rank(than)
        return ours is not None and theirs is not None and ours < theirs


def is_git_name(tag: str) -> bool:
    """As git-check-ref-format(1) has it; a name that begins with a hyphen `git tag` refuses as well."""
    parts = tag.split("/")
    return not (
        _NOT_IN_GIT.search(tag)
        or tag.startswith("-")
        or tag.endswith(".")
        or any(not part or part.startswith(".") or part.endswith(".lock") for part in parts)
    )


@lru_cache(maxsize=4096)
def precedence(tag: str, scheme: Scheme = Scheme.AUTO) -> Precedence | None:
    """A tag's rank among versions; None when it carries no version number."""
    found = find(tag, scheme)
    return found.rank if found else None


def older(tag: str, than: str) -> bool:
    """`Tags.older` where no service's scheme is at hand."""
    return Tags().older(tag, than)


def filled(template: str, tag: str) -> str:
    """A template's text for a tag: `{tag}` is v1.3.0, `{version}` is 1.3.0."""
    return template.replace("{tag}", tag).replace("{version}", version(tag))


def version(tag: str) -> str:
    """`v1.3.0` and `api-v1.3.0` say version 1.3.0; a tag without a number is its own version."""
    found = find(tag, Scheme.AUTO) or find(tag, Scheme.NUMERIC)  # the latter: a date with its year last has no order
    return found.text if found else tag


class TagVersion(NamedTuple):
    """`text` is the version as it stands in the tag."""

    text: str
    rank: Precedence


def find(tag: str, scheme: Scheme) -> TagVersion | None:
    """The version in a tag, behind whatever name stands before it; None where the scheme reads none.

    What is longer than a tag may be holds none: whoever asks, no text is too long to be read.
    """
    texts = list(_candidates(tag)) if len(tag) <= _LONGEST else []
    for readers in (READERS[scheme], LOOSE_READERS[scheme]):
        for text, read in product(texts, readers):
            if rank := read(text):
                return TagVersion(text, rank)
        if texts and YEAR_LAST.fullmatch(texts[-1]):  # the name before it is not to be read as a version instead
            return None
    return None


def _candidates(tag: str) -> Iterator[str]:
    """What may be the version, the likeliest first: from each digit that begins a word, until half of one is passed."""
    named = _BEHIND_NAME.search(tag)
    if named and not _VERSION.search(tag[: named.start()]):
        yield tag[named.end() :]
    for start in _START.finditer(tag):
        if _HALF.search(tag[: start.end()]) or _COMMIT.match(tag, start.start()):
            return
        yield tag[start.end() :]
        if YEAR_LAST.fullmatch(tag[start.end() :]):
            return
