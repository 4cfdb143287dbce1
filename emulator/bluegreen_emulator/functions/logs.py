"""The log lines of one run, as they come out of the function's process."""

from datetime import UTC, datetime
from typing import IO

SENTINEL = b"XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"


class LogLines:
    """Keeps lines until `limit` bytes are reached; the copy on disk gets them all."""

    def __init__(self, limit: int, copy: IO[str]) -> None:
        self.lines: list[str] = []
        self._limit = limit
        self._size = 0
        self._copy = copy

    def add(self, stream: str, text: bytes) -> None:
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        line = f"{moment} {stream}: {text.decode(errors='replace')}"
        self._copy.write(f"{line}\n")
        self._copy.flush()
        if self._size > self._limit:
            return
        self._size += len(text) + 1
        if self._size > self._limit:
            line = f"Logs were truncated because the total bytes size exceeds the limit of {self._limit} bytes."
        self.lines.append(line)


class Outlet:
    """One of a process's two output streams. `ended` is set by the line that the launcher writes after each run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ended = False
        self._rest = b""

    def feed(self, chunk: bytes, logs: LogLines) -> None:
        """An empty chunk means that the stream is closed."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            text = line.removesuffix(SENTINEL)
            self.ended = self.ended or text != line
            if text or text == line:
                logs.add(self.name, text)
        if not chunk:
            if self._rest:
                logs.add(self.name, self._rest)
            self._rest = b""
            self.ended = True
