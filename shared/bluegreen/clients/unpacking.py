"""Bodies that came packed, unpacked in pieces of a bounded size."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import httpx

ENCODINGS = "gzip, deflate"  # what is asked for; what comes in another encoding stays packed
_GZIP = ("gzip", "x-gzip")
_GZIP_BEGINS = 0x1F
_PIECE = 65_536  # bytes


def encodings(headers: httpx.Headers) -> list[str]:
    """The encodings around a body, where all of them are known."""
    named = [name.strip().lower() for name in headers.get("content-encoding", "").split(",")]
    packed = [name for name in named if name not in ("", "identity")]
    return packed if all(name in (*_GZIP, "deflate") for name in packed) else []


def unpacked(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """In pieces of a bounded size. A body that ends early is no answer: half a page of metrics lacks counters."""
    unpack: Any = None
    for packed in pieces:
        while packed:
            if unpack is None or (unpack.eof and _is_next_member(packed, encoding)):
                unpack = zlib.decompressobj(_window(packed, encoding))
            if unpack.eof:
                break  # what stands behind the end is nobody's
            yield from _unpacked_piece(unpack, packed)
            packed = unpack.unused_data
    if unpack is not None and not unpack.eof:
        raise httpx.DecodingError("the answer ended early")


def _unpacked_piece(unpack: Any, packed: bytes) -> Iterator[bytes]:
    """Until all of it is unpacked: a full piece may have left some inside."""
    full = True
    while (packed or full) and not unpack.eof:
        try:
            piece = unpack.decompress(packed, _PIECE)
        except zlib.error:
            raise httpx.DecodingError("the answer cannot be unpacked") from None
        packed, full = unpack.unconsumed_tail, len(piece) == _PIECE
        if piece:
            yield piece


def _is_next_member(packed: bytes, encoding: str) -> bool:
    """Gzip files may stand one behind the other (RFC 1952, section 2.2)."""
    return encoding in _GZIP and packed[0] == _GZIP_BEGINS


def _window(begun: bytes, encoding: str) -> int:
    """What zlib calls gzip, zlib, or deflate without a header, which some servers mean by `deflate`."""
    if encoding in _GZIP:
        return zlib.MAX_WBITS | 16
    has_header = begun[0] & 0x0F == 8 and (len(begun) == 1 or int.from_bytes(begun[:2]) % 31 == 0)
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
