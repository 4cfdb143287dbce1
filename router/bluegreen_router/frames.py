"""Where WebSocket frames end in a stream of bytes, so that a close frame can be put between two (RFC 6455, 5.2)."""

CLOSE = 0x8
_MASKED, _LENGTH = 0x80, 0x7F
_LONGER = {126: 2, 127: 8}  # bytes that hold the length when it does not fit into seven bits
_GOING_AWAY = (1001).to_bytes(2, "big")


class Frames:
    """Follows one direction of a connection. `closing` is true once a close frame began."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._left = 0
        self.closing = False

    @property
    def between(self) -> bool:
        return not self._head and not self._left

    def follow(self, data: bytes, stop: bool = False) -> int:
        """How many bytes were followed: all, or, with `stop`, no more than up to the end of a frame."""
        at = 0
        while at < len(data) and not (stop and self.between):
            at += self._payload(len(data) - at) if self._left else self._header(data[at])
        return at

    def _payload(self, there: int) -> int:
        passed = min(self._left, there)
        self._left -= passed
        return passed

    def _header(self, byte: int) -> int:
        self._head.append(byte)
        if len(self._head) >= 2 and len(self._head) == _size(self._head[1]):
            self._left = _payload_length(self._head)
            self.closing = self.closing or self._head[0] & 0xF == CLOSE
            self._head.clear()
        return 1


def close_frame(masked: bool) -> bytes:
    """ "Going away", as a server says it; masked, as a client must."""
    mask = bytes(4) if masked else b""
    return bytes((0x80 | CLOSE, len(_GOING_AWAY) | (_MASKED if masked else 0))) + mask + _GOING_AWAY


def _size(second: int) -> int:
    return 2 + _LONGER.get(second & _LENGTH, 0) + (4 if second & _MASKED else 0)


def _payload_length(head: bytearray) -> int:
    short = head[1] & _LENGTH
    return int.from_bytes(head[2 : 2 + _LONGER[short]], "big") if short in _LONGER else short
