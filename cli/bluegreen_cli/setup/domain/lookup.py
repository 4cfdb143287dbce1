"""One question to a resolver, over UDP: where a name leads, and how long that is still kept (RFC 1035).

The standard library tells neither a CNAME's target nor a TTL. Everything is bounded: one packet, one answer, three
seconds; a compressed name follows at most twenty pointers, and an answer has at most sixty-four records.
"""

import secrets
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bluegreen.core.errors import Unavailable

_SECONDS = 3.0
_MOST = 64
_POINTERS = 20
_A, _CNAME = 1, 5


class Found(NamedTuple):
    """`leads_to`: the CNAME's target, or the addresses; () where there is no such name. `ttl`: seconds it is kept."""

    leads_to: tuple[str, ...]
    ttl: int

    @property
    def says(self) -> str:
        return f"{', '.join(self.leads_to)}, kept for {self.ttl} s" if self.leads_to else "nowhere"


def resolver(path: Path = Path("/etc/resolv.conf")) -> str:
    """This machine's, as address:port; a public one where it names none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = [line.split()[1] for line in lines if line.startswith("nameserver ") and len(line.split()) > 1]
    return f"{next((each for each in named if ':' not in each), '1.1.1.1')}:53"


def ask(name: str, server: str) -> Found:
    """`Unavailable` where no answer comes, or none that is one."""
    host, _, port = server.partition(":")
    number = secrets.randbelow(1 << 16)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.settimeout(_SECONDS)
            wire.connect((host, int(port or 53)))
            wire.send(_question(number, name))
            return read(wire.recv(4096), number, name)
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise Unavailable(f"resolver {server}: no answer about {name} ({type(error).__name__})") from None


def _question(number: int, name: str) -> bytes:
    labels = b"".join(bytes([len(part)]) + part.encode("ascii") for part in name.rstrip(".").split("."))
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", _A, 1)


def read(answer: bytes, number: int, name: str) -> Found:
    """ValueError, IndexError or struct.error where it is no answer to that question."""
    theirs, flags, questions, records = struct.unpack(">4H", answer[:8])
    if theirs != number or not flags & 0x8000 or flags & 0x000F not in (0, 3):
        raise ValueError("another question's answer, or a refusal")
    at = 12
    for _ in range(min(questions, _MOST)):
        at = _name(answer, at)[1] + 4
    found = list(_records(answer, at, min(records, _MOST)))
    own = [each for each in found if each[0] == name.rstrip(".").lower()]
    targets = [target for _, kind, target, _ in own if kind == _CNAME] or [t for _, kind, t, _ in own if kind == _A]
    return Found(tuple(targets), min((ttl for *_, ttl in own), default=0))


def _records(answer: bytes, at: int, number: int) -> Iterator[tuple[str, int, str, int]]:
    for _ in range(number):
        owner, at = _name(answer, at)
        kind, _, ttl, size = struct.unpack(">2HIH", answer[at : at + 10])
        at += 10
        if kind == _CNAME:
            yield owner, kind, _name(answer, at)[0], ttl
        elif kind == _A and size == 4:
            yield owner, kind, socket.inet_ntoa(answer[at : at + 4]), ttl
        at += size


def _name(answer: bytes, at: int) -> tuple[str, int]:
    """A name, and where what follows it begins."""
    parts, end, pointers = list[str](), 0, 0
    while size := answer[at]:
        if size & 0xC0 == 0xC0:
            end, pointers = end or at + 2, pointers + 1
            at = (size & 0x3F) << 8 | answer[at + 1]
            if pointers > _POINTERS:
                raise ValueError("a name without an end")
            continue
        parts.append(answer[at + 1 : at + 1 + size].decode("ascii"))
        at += 1 + size
    return ".".join(parts).lower(), end or at + 1
