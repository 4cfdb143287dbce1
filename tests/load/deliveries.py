"""Webhook deliveries as the network makes them: late, out of order, twice, never. And what must come of them."""

import json
import random
import time
from collections import Counter
from typing import Any, NamedTuple

from bluegreen.core.config import tags
from bluegreen.core.record import Record, Version
from tests.load.fleet import Fleet, repository
from tests.simulation.engine.invocation import Invocation
from tests.simulation.world.actions import signed

SERVICES = 20
_PUSH_EVERY = 6.0  # seconds between two tags of one service, on average
_ACCEPTED = (" accepted", " waits until ", " is passed over")
_LOST, _TWICE, _LATE = 0.05, 0.3, 0.1  # shares of the tags


class Delivery(NamedTuple):
    at: float
    service: str
    tag: str


class Told(NamedTuple):
    """What came of it. `faults` are broken promises, in words."""

    deliveries: int
    tags: int
    lost: int
    turned_away: int  # with 503, because others kept being faster: GitHub does not come again, the watch asks
    accepted: int
    missed: int  # taken up by the watch
    released: int
    seconds: float
    faults: list[str]

    @property
    def per_second(self) -> float:
        return self.deliveries / self.seconds


def load(count: int, seed: int = 0) -> Told:
    """Delivers that many webhooks, and lets everything come to rest."""
    return _Load(count, random.Random(seed)).told()


def lines(told: Told) -> list[str]:
    """For people."""
    found = [
        f"{told.deliveries} deliveries of {told.tags} tags over {SERVICES} services: {told.per_second:.0f} a second",
        f"{told.lost} tags were never announced, {told.turned_away} deliveries turned away; {told.accepted} accepted, "
        f"{told.missed} taken up by the watch, {told.released} deployed",
    ]
    return [*found, *(told.faults or ["each tag at most once, order kept, none forgotten"])]


class _Load:
    def __init__(self, count: int, chance: random.Random) -> None:
        self._names = [f"s{number:02d}" for number in range(SERVICES)]
        self._pushed: dict[str, list[str]] = {name: [] for name in self._names}
        self._records: dict[str, Record] = {}
        self._accepted: set[tuple[str, str]] = set()
        self._rested: dict[tuple[str, str], str] = {}  # service, release → tag
        self._active: dict[str, list[str]] = {name: [] for name in self._names}
        self._missed: set[tuple[str, str]] = set()
        self._turned_away = 0
        self._refused: list[str] = []
        self._lost = 0
        self._fleet = Fleet(self._names, self._heard, self._answered)
        self._left = count
        self._last = self._planned(count, chance)

    def told(self) -> Told:
        begun = time.perf_counter()
        delivered = self._left
        self._fleet.run(self._rests, self._last + 3600)
        seconds = time.perf_counter() - begun
        return Told(
            delivered,
            sum(map(len, self._pushed.values())),
            self._lost,
            self._turned_away,
            len(self._accepted),
            len(self._missed),
            len(self._fleet.deployed()),
            seconds,
            self._faults(),
        )

    # The plan

    def _planned(self, count: int, chance: random.Random) -> float:
        """Pushes and their deliveries; the time of the last one."""
        t, planned, last = 120.0, 0, 0.0
        while planned < count:
            t += chance.expovariate(SERVICES / _PUSH_EVERY)
            name = chance.choice(self._names)
            tag = f"v1.3.{len(self._pushed[name])}"
            self._pushed[name].append(tag)
            self._fleet.at(t, lambda name=name, tag=tag: self._push(name, tag))  # type: ignore[misc]
            arrivals = _arrivals(t, chance)[: count - planned]
            self._lost += not arrivals
            for at in arrivals:
                self._fleet.at(at, lambda name=name, tag=tag: self._deliver(name, tag))  # type: ignore[misc]
            planned, last = planned + len(arrivals), max(last, t, *arrivals)
        return last

    def _push(self, name: str, tag: str) -> None:
        self._fleet.worlds[name].repository.release(tag)

    def _deliver(self, name: str, tag: str) -> None:
        self._left -= 1
        commit = self._fleet.worlds[name].repository.tags[tag].commit
        payload = {
            "ref": f"refs/tags/{tag}",
            "repository": {"full_name": repository(name)},
            "head_commit": {"id": commit},
            "pusher": {"name": "lee"},
        }
        self._fleet.start("hooks/github", {"http": signed(json.dumps(payload), f"delivery-{name}-{tag}")})

    # What happens

    def _heard(self, name: str, version: Version) -> None:
        record = self._records[name] = version.record
        for past in record.past:
            self._rested[name, past.id] = past.tag
        active = record.on(record.active).tag
        if self._active[name][-1:] != [active]:
            self._active[name].append(active)
        tag = version.why.split()[0]
        admitted = [one.tag for one in (record.release, record.queued, *record.past) if one is not None]
        if version.why.endswith("was never announced") and tag in admitted:
            self._missed.add((name, tag))

    def _answered(self, who: Invocation) -> None:
        if who.call.name != "hooks/github":
            return
        answer: Any = who.answer
        body = json.loads(who.event["http"]["body"])
        name, tag = body["repository"]["full_name"].split("/")[1], body["ref"].removeprefix("refs/tags/")
        if any(word in str(answer["body"]["what"]) for word in _ACCEPTED):
            self._accepted.add((name, tag))
        elif answer["statusCode"] == 503:
            self._turned_away += 1
        elif answer["statusCode"] not in (200, 202):
            self._refused.append(f"{name} {tag}: {answer}")

    def _rests(self) -> bool:
        newest = {name: pushed[-1] for name, pushed in self._pushed.items() if pushed}
        return self._left == 0 and all(
            (record := self._records[name]).release is None
            and not record.queued
            and record.on(record.active).tag == tag
            for name, tag in newest.items()
        )

    # What must be

    def _faults(self) -> list[str]:
        found = [f"refused: {each}" for each in self._refused]
        if self._left or not self._rests():
            found.append("not everything came to rest on the newest tag of its service")
        rested = Counter((name, tag) for (name, _), tag in self._rested.items())
        taken = self._accepted | self._missed
        found += [f"{name} {tag} rested {rested[name, tag]} times" for name, tag in taken if rested[name, tag] != 1]
        deployed = Counter(self._fleet.deployed())
        found += [f"{name} {tag} was deployed {n} times" for (name, tag), n in deployed.items() if n > 1]
        for name, served in self._active.items():
            if served != sorted(served, key=lambda tag: tags.precedence(tag) or ()):
                found.append(f"{name} went backwards: {served}")
        return found


def _arrivals(pushed: float, chance: random.Random) -> list[float]:
    """When the webhook of a tag comes: never, once, or up to three times."""
    if chance.random() < _LOST:
        return []
    first = pushed + chance.uniform(0.2, 120 if chance.random() < _LATE else 8)
    again = chance.choice((1, 2)) if chance.random() < _TWICE else 0
    return [first, *(first + chance.uniform(0, 300) for _ in range(again))]
