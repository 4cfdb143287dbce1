"""Clients that ask production without pause, and write down every answer."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import httpx

from bluegreen_emulator.clock import Clock

_ADDRESSES = 250


class Answer(NamedTuple):
    """One request and what came of it; `status` 0 means no answer, and `error` says why."""

    asked: datetime
    answered: datetime
    path: str
    status: int
    environment: str  # "" when the answer does not say
    release: str
    by_app: bool  # the application answered, not something before it
    error: str

    @property
    def bad(self) -> bool:
        """The application's own failure."""
        return self.status >= 500 and self.by_app

    @property
    def failed(self) -> bool:
        """Dropped: no answer, or a failure of what stands before the application."""
        return self.status == 0 or (self.status >= 500 and not self.by_app)


@dataclass(frozen=True)
class Counts:
    sent: int
    failed: int
    bad: int
    per_second: float


@dataclass
class Traffic:
    """`clients` threads that together send `rate_per_s` requests; half keep their connections, nobody retries."""

    url: str
    paths: Sequence[str] = ("/",)
    rate_per_s: float = 50.0
    clients: int = 8
    time_limit: float = 10.0  # seconds; a longer wait is a dropped request
    clock: Clock = field(default_factory=Clock)
    answers: list[Answer] = field(default_factory=list)  # in the order they were answered

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self._stopping.clear()
        self._threads = [
            threading.Thread(target=self._ask_until_stopped, args=(number,), daemon=True, name=f"client-{number}")
            for number in range(self.clients)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Comes back when the requests in flight have been answered or have timed out."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=self.time_limit + 5)
        self._threads = []

    def since(self, moment: datetime | None = None) -> Iterator[Answer]:
        """Answers to what was asked at `moment` or later; without it, all."""
        return (answer for answer in tuple(self.answers) if moment is None or answer.asked >= moment)

    def counts(self, since: datetime | None = None) -> Counts:
        answers = list(self.since(since))
        spread = (answers[-1].answered - answers[0].asked).total_seconds() if answers else 0.0
        return Counts(
            sent=len(answers),
            failed=sum(answer.failed for answer in answers),
            bad=sum(answer.bad for answer in answers),
            per_second=len(answers) / spread if spread else 0.0,
        )

    def failures(self, since: datetime | None = None) -> list[Answer]:
        return [answer for answer in self.since(since) if answer.failed]

    def first_bad(self, since: datetime | None = None) -> Answer | None:
        return next((answer for answer in self.since(since) if answer.bad), None)

    def last_bad(self, since: datetime | None = None) -> Answer | None:
        return next((answer for answer in reversed(list(self.since(since))) if answer.bad), None)

    def first_from(self, environment: str = "", release: str = "", since: datetime | None = None) -> Answer | None:
        return next((answer for answer in self.since(since) if _from(answer, environment, release)), None)

    def last_from(self, environment: str = "", release: str = "", since: datetime | None = None) -> Answer | None:
        """The last answer that an environment or a release gave."""
        answers = reversed(list(self.since(since)))
        return next((answer for answer in answers if _from(answer, environment, release)), None)

    def _ask_until_stopped(self, number: int) -> None:
        gap = self.clients / self.rate_per_s
        due = time.monotonic() + gap * number / self.clients
        headers = {} if number % 2 else {"Connection": "close"}
        with httpx.Client(headers=headers, timeout=self.time_limit, transport=_from_address(number)) as client:
            turn = number
            while not self._stopping.wait(max(0.0, due - time.monotonic())):
                self.answers.append(self._ask(client, self.paths[turn % len(self.paths)]))
                turn += 1
                due = max(due + gap, time.monotonic())  # a slow answer is not made up for by a burst

    def _ask(self, client: httpx.Client, path: str) -> Answer:
        asked = self.clock.now()
        try:
            answer = client.get(self.url + path)
        except httpx.HTTPError as error:
            return Answer(asked, self.clock.now(), path, 0, "", "", False, type(error).__name__)
        headers = answer.headers
        environment = headers.get("X-Bluegreen-Environment", "")
        release = headers.get("X-Release") or headers.get("X-Bluegreen-Release", "")
        by_app = "X-Release" in headers or (answer.status_code == 500 and environment != "")
        return Answer(asked, self.clock.now(), path, answer.status_code, environment, release, by_app, "")


def _from_address(number: int) -> httpx.HTTPTransport:
    """Each client has an address of its own: of the loopback's many on Linux, elsewhere there is one."""
    address = f"127.0.1.{number % _ADDRESSES + 1}" if sys.platform == "linux" else None
    return httpx.HTTPTransport(verify=False, trust_env=False, local_address=address)


def _from(answer: Answer, environment: str, release: str) -> bool:
    answered = answer.status != 0 and not answer.failed
    return answered and environment in ("", answer.environment) and release in ("", answer.release)
