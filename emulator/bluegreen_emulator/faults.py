"""Faults to order: the next matching requests are refused, hang, or succeed without the client hearing of it."""

import json
import re
import threading
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """What happens to a request whose method and path (with query) match."""

    method: str = ".*"  # regular expressions, matched in full for the method, searched for in the path
    path: str = ".*"
    status: int = 500
    message: Any = None  # the JSON body; None: an empty object
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1  # how many requests it takes before it is used up
    hang: float = 0.0  # seconds before the answer: longer than the client waits is a time-out
    after_effect: bool = False  # the service does the work first, the client does not hear of it

    @property
    def body(self) -> bytes:
        return json.dumps({} if self.message is None else self.message).encode()


class Faults:
    """The faults still to come, in the order they were added; safe from any thread."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that acts on this request, if any; it has one use fewer afterwards."""
        with self._lock:
            for fault in self._waiting:
                if re.fullmatch(fault.method, method) and re.search(fault.path, path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None
