"""A connection that speaks HTTP/1.1 as long as h11 says, and bytes from then on."""

import asyncio
from contextlib import suppress

import h11

_CHUNK = 64 * 1024
_HEAD = 256 * 1024  # bytes of headers


class Side:
    """`role` is what this program is on it: h11.CLIENT or h11.SERVER."""

    def __init__(
        self, role: type[h11.CLIENT | h11.SERVER], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._http = h11.Connection(role, _HEAD)
        self._reader, self._writer = reader, writer
        self._upgraded = False

    @property
    def gone(self) -> bool:
        """Whether the other side has closed its connection, and nothing that it sent is left to read."""
        return self._reader.at_eof()

    async def next_event(self) -> h11.Event | None:
        """None where HTTP waits for something else: the other side's word, or another protocol."""
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Event):
                return event
            if event is h11.PAUSED:
                return None
            self._http.receive_data(await self._reader.read(_CHUNK))

    async def send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            await self.write(data)

    async def read(self) -> bytes:
        """What comes after HTTP; b"" at the end."""
        left, _ = (b"", False) if self._upgraded else self._http.trailing_data
        self._upgraded = True
        return left or await self._reader.read(_CHUNK)

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        """What was written is still sent, unless the program ends."""
        with suppress(OSError, RuntimeError):
            self._writer.close()
