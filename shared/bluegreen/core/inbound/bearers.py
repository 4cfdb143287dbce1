"""Who asks for the page: the token that travels as `Authorization`, known by its hash.

A token is 32 random bytes (`bluegreen token`), so its SHA-256 cannot be guessed and needs no salt and no slow hash;
what does not have a token's shape is refused before anything is computed. Hashes are compared in constant time, with
every known one, so that the time of a refusal tells neither whether a token is close nor which one it resembles.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from pydantic import Field

from bluegreen.core.errors import Unsigned
from bluegreen.core.model import Frozen

PREFIX = "bgt_"
REFUSED = "a token is wanted"
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_SCHEME = "bearer "


class Right(Enum):
    """What a token opens. Whoever may act may look."""

    READ = "read"  # look
    OPERATE = "operate"  # abort, roll back, undo
    RELEASE = "release"  # switch, release what is quarantined


class PageToken(Frozen):
    """A token under the name that the journal gets; only its hash is known. `bluegreen token NAME` makes one."""

    rights: tuple[Right, ...] = Field(min_length=1)
    hash: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


class SlackUser(Frozen):
    """A person who may press buttons in Slack, under the name that the journal gets; `id` is in Slack's profile."""

    id: str = Field(pattern=r"^[UW][A-Z0-9]{2,20}$")
    rights: tuple[Right, ...] = Field(min_length=1)


class Bearer(NamedTuple):
    """`name` as bluegreen.yml has it: the journal says that it was this one."""

    name: str
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        return right is Right.READ or right in self.rights


def bearer(authorization: str, tokens: Mapping[str, PageToken]) -> Bearer:
    """Unsigned, always in the same words, where the header holds no token that is known."""
    given = authorization[len(_SCHEME) :] if authorization[: len(_SCHEME)].lower() == _SCHEME else ""
    if len(given) > len(PREFIX) + 43 or not _SHAPE.fullmatch(given):
        raise Unsigned(REFUSED)
    hashed = hash_of(given)
    found = [name for name, token in tokens.items() if hmac.compare_digest(token.hash, hashed)]
    if not found:
        raise Unsigned(REFUSED)
    return Bearer(found[0], frozenset(tokens[found[0]].rights))


def hash_of(token: str) -> str:
    """As bluegreen.yml has it."""
    return f"sha256:{hashlib.sha256(token.encode()).hexdigest()}"
