"""Whose requests fail: users' failures by client and path, in bounded memory. No address and no path leaves it.

A client is its IPv4 address or the /64 of its IPv6 address, for a machine changes its address within one at will. A
path is reduced to its class: without query, the first segments, and what looks like an identifier as one and the same,
so that an endpoint is one path. The method is left out: one URL asked by GET and HEAD is one URL.

Both together become one number that is told (`core.judge.client_paths`), by HMAC-SHA-256 with a key made of the
router's Spaces secret, the service and the epoch. All instances have these, so a client has one number at all of them,
and the judge adds up. With each switch the epoch changes, and what is told of one release says nothing of the next; a
key of the day would make two clients of one at midnight. The number has 24 bits: 256 addresses of IPv4 share each on a
given path, so not even who knows the key can tell whose it is.

It does not know where answers come from: who counts them says which client, as far as the router trusts what it was
told of it, and which path.
"""

import hmac
import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import unquote

from bluegreen.core.judge.client_paths import KEPT, KEYS, ClientPath, heaviest
from bluegreen_router.engine.names import TRUSTED_HOPS

_SEGMENTS = 4
_LONGEST_PATH = 512
_MOST = 1024  # clients on paths in one block; where more fail, several do
# Numbers; two digits in a row; a digit in what is long; what is longer than words are, or in no English letters.
_IDENTIFIER = re.compile(r"^\d+$|\d\d|^(?=.*\d).{8}|^.{33}|[^!-~]")
_VERSION = re.compile(r"v\d{1,2}", re.IGNORECASE)

_TRUSTED = tuple(map(ip_network, TRUSTED_HOPS))


class Who(NamedTuple):
    """Who asked, as the router decided it, and for what: a path, or a URL's path with its query."""

    client: str
    path: str


class Numbers:
    """Makes a client on a path a number; `secret` is one that all instances have."""

    def __init__(self, secret: str, service: str) -> None:
        self._secret, self._service = secret.encode(), service

    def number(self, epoch: int, client: str, path_class: str) -> int:
        key = hmac.digest(self._secret, f"bluegreen client paths\n{self._service}\n{epoch}".encode(), "sha256")
        found = hmac.digest(key, f"{client}\n{path_class}".encode(errors="replace"), "sha256")
        return int.from_bytes(found[:8], "big") % KEYS


class HeavyHitters:
    """Of one block and environment."""

    def __init__(self) -> None:
        self._failures: dict[tuple[str, str], int] = {}

    def note(self, who: Who) -> None:
        """One failure. What is no client's address is not told of."""
        client = client_of(who.client)
        place = (client, path_class(who.path))
        known = self._failures.get(place, 0)
        if client and (known or len(self._failures) < _MOST):
            self._failures[place] = known + 1

    def told(self, numbers: Numbers, epoch: int) -> tuple[ClientPath, ...]:
        """Those with most failures."""
        first = sorted(self._failures.items(), key=lambda item: -item[1])[:KEPT]
        return heaviest(ClientPath(numbers.number(epoch, *place), failed) for place, failed in first)


def client_of(address: str) -> str:
    """ "" where it is no address, or that of a trusted hop."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if any(found in hops for hops in _TRUSTED):
        return ""
    return str(IPv6Address(int(found) >> 64 << 64) if isinstance(found, IPv6Address) else found)


def path_class(path: str) -> str:
    segments = [each for each in unquote(path[:_LONGEST_PATH].partition("?")[0]).split("/") if each]
    return "/".join(map(_kind, segments[:_SEGMENTS]))


def _kind(segment: str) -> str:
    """Versions of an interface stay apart."""
    return "*" if _IDENTIFIER.search(segment) and not _VERSION.fullmatch(segment) else segment
