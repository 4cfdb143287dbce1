"""What makes an environment itself: its name, and its app's id and address. Everything else is meant to be equal.

Two values that differ are alike where they differ by these names only, wherever they stand (`holiblue`). A value is
taken for one environment's own where its name stands in it as a word (`deploy/blue`, `COLOUR=BLUE`; not `bluetooth`),
and not the other's as well (`blue,green`). A host is its own only where it is the one that bluegreen.yml names: there
are companies called Blue.
"""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment

_HOST = r"(?<![A-Za-z0-9_.{-])(?:[A-Za-z0-9-]+\.)+[a-z]{2,}(?![A-Za-z0-9_-])"


class Names(NamedTuple):
    """Pairs: what the active environment is called, and what the idle one is called in its place."""

    pairs: tuple[tuple[str, str], ...]

    def alike(self, active: str, idle: str) -> bool:
        return self.nameless(active, 0) == self.nameless(idle, 1)

    def nameless(self, value: str, side: int) -> str:
        """`side`: 0 the active one's names, 1 the idle one's. The same mark stands for either name of a pair."""
        for number, forms in enumerate(self._forms()):
            value = value.replace(forms[side], f"\0{number}\0")
        return value

    def translated(self, value: str) -> str:
        """A value of the active environment as the idle one has it."""
        if not self._is_of(value, 0):
            return value
        for form in self._forms():
            pieces = re.split(f"({_HOST})", value)
            value = "".join(
                piece if self._is_foreign(piece) else form[1].join(_word(form[0]).split(piece)) for piece in pieces
            )
        return value

    def misplaced(self, value: str) -> int | None:
        """The side that is not to have this value, which both have: it is the other's."""
        return 1 if self._is_of(value, 0) else 0 if self._is_of(value, 1) else None

    def is_unclear(self, value: str) -> bool:
        """A host that is not known has the active one's name in it: it may be its own, or somebody's called so."""
        return any(self._is_foreign(host) and self._has(host, 0) for host in re.findall(_HOST, value))

    def _is_foreign(self, text: str) -> bool:
        known = {name for form in self._forms() for name in form}
        return re.fullmatch(_HOST, text) is not None and text not in known

    def _is_of(self, value: str, side: int) -> bool:
        own = "".join(piece for piece in re.split(f"({_HOST})", value) if not self._is_foreign(piece))
        return self._has(own, side) and not self._has(own, 1 - side)

    def _has(self, text: str, side: int) -> bool:
        return any(_word(form[side]).search(text) for form in self._forms())

    def _forms(self) -> list[tuple[str, str]]:
        """The longest first: an address may have the environment's name in it."""
        longest = sorted(self.pairs, key=lambda pair: len(pair[0]), reverse=True)
        written = [(change(ours), change(theirs)) for ours, theirs in longest for change in (str, str.upper, str.title)]
        return list(dict.fromkeys(written))


def names_of(service: Service, active: Environment) -> Names:
    """Of two apps."""
    sides = (active, active.other)
    hosts = [urlsplit(service.url(side)).hostname or side.value for side in sides]
    apps = [service.app(side) for side in sides]
    pairs = [(active.value, active.other.value), (hosts[0], hosts[1]), (apps[0], apps[1])]
    return Names(tuple(pair for pair in pairs if pair[0] != pair[1]))


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
