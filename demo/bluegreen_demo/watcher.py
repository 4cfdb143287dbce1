"""Looks at everything that can be seen from outside, several times a second: the journal, clients, GitHub, Slack."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bluegreen.core.errors import BluegreenError
from bluegreen.core.record import Record, Version
from bluegreen_demo import journal_events
from bluegreen_demo.cloud import LocalCloud
from bluegreen_demo.event import Event, Mood
from bluegreen_demo.printer import Printer
from bluegreen_demo.traffic_events import TrafficEvents
from bluegreen_emulator.github import Delivery
from bluegreen_emulator.traffic import Answer, Traffic

_EVERY = 0.15
_LINES = 12
_WORTH_TELLING = ("good", "warning", "danger")  # messages about mere progress repeat what is told here anyway


class NotHappened(Exception):
    """Something did not come about in its time; the message shows what was seen last."""


class Watcher:
    """Keeps every version of the journal since it began, and tells what it sees through the printer."""

    def __init__(self, cloud: LocalCloud, traffic: Traffic, printer: Printer, quiet: bool = False) -> None:
        self._cloud, self._traffic, self.printer = cloud, traffic, printer
        self._journal = cloud.journal
        newest = self._journal.newest()
        if newest is None:
            raise LookupError("the journal is empty")
        self.versions: list[Version] = [newest]
        self._clients = TrafficEvents()
        self._seen = {"answers": 0, "deliveries": 0, "messages": 0}
        self._quiet = quiet
        self.forget = False  # answers once they were looked at: for a run without an end
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    @property
    def record(self) -> Record:
        return self.versions[-1].record

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(10)
        self._look()
        self.printer.flush(everything=True)

    def await_(self, what: str, seen: Callable[[Record], bool], seconds: float) -> Record:
        """The first record of which it is true; NotHappened after so many seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            record = self.record
            if seen(record):
                return record
            time.sleep(0.05)
        raise NotHappened(f"{what}: not within {seconds:g} s\n{self._last_seen()}")

    def await_answer(self, what: str, seen: Callable[[Answer], bool], since: datetime, seconds: float) -> Answer:
        """The first answer to a client, asked at `since` or later, of which it is true."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = next((answer for answer in self._traffic.since(since) if seen(answer)), None)
            if found:
                return found
            time.sleep(0.05)
        raise NotHappened(f"{what}: not within {seconds:g} s\n{self._last_seen()}")

    def _run(self) -> None:
        while not self._stop.wait(_EVERY):
            self._look()
            self.printer.flush()

    def _look(self) -> None:
        self._tell(*self._clients_saw(), *self._github_sent(), *self._slack_got())
        try:
            while version := self._journal.read(self.versions[-1].seq + 1):
                self._tell(*journal_events.events(self.record, version))
                self.versions.append(version)
        except BluegreenError:
            return  # the next look reads on

    def _tell(self, *events: Event) -> None:
        if not self._quiet:
            self.printer.tell(*events)

    def _clients_saw(self) -> list[Event]:
        answers = self._traffic.answers
        new = answers[self._seen["answers"] :]
        if self.forget:
            del answers[: self._seen["answers"] + len(new)]
            self._seen["answers"] = 0
        else:
            self._seen["answers"] += len(new)
        return self._clients.take(new, datetime.now(UTC))

    def _github_sent(self) -> list[Event]:
        new = self._cloud.parts.github.webhooks.deliveries[self._seen["deliveries"] :]
        self._seen["deliveries"] += len(new)
        return [_delivered(delivery) for delivery in new if _is_tag(delivery)]

    def _slack_got(self) -> list[Event]:
        new = self._cloud.parts.slack.messages[self._seen["messages"] :]
        self._seen["messages"] += len(new)
        return [
            Event(datetime.fromisoformat(message["received"]), "slack", message["payload"]["text"], mood=Mood.ASIDE)
            for message in new
            if message["payload"]["attachments"][0]["color"] in _WORTH_TELLING
        ]

    def _last_seen(self) -> str:
        lines = [f"  {v.seq:>4}  {v.at:%H:%M:%S}  {v.by}: {v.why}" for v in self.versions[-_LINES:]]
        logs = self._cloud.folder / "functions" / "logs"
        return "\n".join(["the journal's last versions:", *lines, f"the functions' logs: {logs}"])


def _is_tag(delivery: Delivery) -> bool:
    return delivery.event == "push" and str(delivery.payload.get("ref", "")).startswith("refs/tags/")


def _delivered(delivery: Delivery) -> Event:
    tag = str(delivery.payload["ref"]).removeprefix("refs/tags/")
    what = delivery.status_code or delivery.status
    says = f"tag {tag} pushed; the webhook was answered {what} in {delivery.duration_ms:.0f} ms"
    at = delivery.delivered_at or datetime.now(UTC)
    return Event(at, "github", says, mood=Mood.PLAIN if delivery.ok else Mood.BAD)
