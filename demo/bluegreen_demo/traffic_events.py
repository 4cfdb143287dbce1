"""What the clients see: another release answers, an answer is bad, an answer does not come."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bluegreen_demo.event import Event, Mood
from bluegreen_emulator.traffic import Answer

_SETTLED = timedelta(seconds=1.5)  # without an answer from the release before: it has gone
_DROPS_TOLD = 5


@dataclass
class _Served:
    """What one release answered while it served."""

    tag: str
    since: datetime
    answers: int = 0
    bad: int = 0
    first_bad: datetime | None = None
    last_bad: datetime | None = None
    last: datetime | None = None


@dataclass
class TrafficEvents:
    """Takes every answer once, in the order in which they came."""

    serving: _Served | None = None
    leaving: _Served | None = None
    dropped: int = 0
    _told: list[Event] = field(default_factory=list)

    def take(self, answers: list[Answer], now: datetime) -> list[Event]:
        self._told = []
        for answer in answers:
            self._count(answer)
        if self.leaving and now - (self.leaving.last or self.leaving.since) > _SETTLED:
            self._told += _gone(self.leaving, self.serving, now)
            self.leaving = None
        return self._told

    def _count(self, answer: Answer) -> None:
        if answer.failed:
            self._dropped(answer)
        elif answer.release:
            served = self._from(answer)
            served.answers += 1
            served.last = answer.answered
            if answer.bad:
                self._bad(served, answer)

    def _from(self, answer: Answer) -> _Served:
        for served in (self.serving, self.leaving):
            if served and served.tag == answer.release:
                return served
        if self.serving:
            self.leaving = self.serving
            says = f"first answer from {answer.release} ({answer.environment})"
            self._told.append(Event(answer.answered, "clients", says, mood=Mood.TRAFFIC))
        self.serving = _Served(answer.release, answer.answered)
        return self.serving

    def _bad(self, served: _Served, answer: Answer) -> None:
        served.bad += 1
        served.last_bad = answer.answered
        if served.first_bad is None:
            served.first_bad = answer.answered
            says = f"first bad answer ({answer.status}) from {served.tag}"
            self._told.append(Event(answer.answered, "clients", says, mood=Mood.BAD))

    def _dropped(self, answer: Answer) -> None:
        self.dropped += 1
        if self.dropped <= _DROPS_TOLD:
            what = answer.error or f"status {answer.status}"
            self._told.append(Event(answer.answered, "clients", "a request was dropped", what, Mood.BAD))


def _gone(left: _Served, serving: _Served | None, now: datetime) -> Iterator[Event]:
    if left.last_bad and left.first_bad:
        seconds = (left.last_bad - left.first_bad).total_seconds()
        says = f"{left.bad} of its {left.answers} answers were bad, within {seconds:.1f} s"
        yield Event(now, "clients", f"nothing more from {left.tag}", says, Mood.TRAFFIC)
    elif serving:
        seconds = max(0.0, ((left.last or left.since) - serving.since).total_seconds())
        says = f"last answer {seconds:.1f} s after {serving.tag}'s first"
        yield Event(now, "clients", f"nothing more from {left.tag}", says, Mood.TRAFFIC)
