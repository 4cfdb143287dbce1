"""A model checker: all states of a small service, breadth first, by the product's own table, orders and judges.

Where the simulation samples long runs, this covers every interleaving of a small world. A state is the record, what two
workers are in the middle of, what runs in the environments, and the wake-ups on their way. Its successors: whatever a
worker, a webhook or a person may do next, and every crash. In each state the promises are checked; from each, a resting
place must be reachable once crashes stop.

Bounds: one service, three tags, two workers, two wake-ups on their way, requests for a deployment counted up to two. A
claim expires only once its holder is dead, as claims outlast every function's time limit.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from bluegreen.core import orders
from bluegreen.core.environment import Environment
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record
from tests.build import NOW
from tests.simulation.states import records as small

WORKERS = ("A", "B")
_NUDGES = 2


class Worker(NamedTuple):
    """At work on a phase. `stage`: claimed, intended (a deployment), posted (it was asked for), moved (production)."""

    stage: str
    fresh: bool  # the release is still where it was when the worker came


class State(NamedTuple):
    record: int  # the small record's number
    workers: tuple[Worker | None, Worker | None]
    posted: int  # deployments that were asked for, for this release
    runs: tuple[tuple[str, bool], tuple[str, bool]]  # blue and green: the tag, and whether its checks passed
    nudges: tuple[Phase, ...]


class Broken(AssertionError):
    pass


class Explorer:
    """`explore` visits up to `most` states. `edges` lead from a state to those that follow without a fault."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._numbers: dict[str, int] = {}
        self._asked: dict[int, list[tuple[str, int]]] = {}
        self._found: dict[tuple[int, bool], list[tuple[str, int]]] = {}
        self._changed: dict[tuple[int, str], int] = {}
        self.states: dict[State, int] = {}
        self.edges: list[tuple[int, int]] = []
        self.transitions = 0
        self.unexplored: set[int] = set()

    def explore(self, most: int) -> None:
        start = State(self._number(small.first()), (None, None), 0, (("v1.2.0", True), ("v1.1.0", True)), ())
        self.states[start] = 0
        waiting = deque([start])
        while waiting and len(self.states) < most:
            state = waiting.popleft()
            for fault, after in self._next(state):
                self.transitions += 1
                known = self.states.get(after)
                if known is None:
                    self._check(state, after)
                    known = self.states[after] = len(self.states)
                    waiting.append(after)
                if not fault:
                    self.edges.append((self.states[state], known))
        self.unexplored = {self.states[state] for state in waiting}

    def stuck(self) -> int:
        """States from which no rest is reached once the faults have stopped; what was not explored counts as rest."""
        back: dict[int, list[int]] = {}
        for before, after in self.edges:
            back.setdefault(after, []).append(before)
        resting = [n for state, n in self.states.items() if self.records[state.record].release is None]
        seen = {*resting, *self.unexplored}
        waiting = deque(seen)
        while waiting:
            for before in back.get(waiting.popleft(), ()):
                if before not in seen:
                    seen.add(before)
                    waiting.append(before)
        return len(self.states) - len(seen)

    # What may happen next; True marks what is a fault or a person's wish

    def _next(self, state: State) -> Iterator[tuple[bool, State]]:
        yield from self._orders(state)
        yield from self._nudged(state)
        for number, worker in enumerate(state.workers):
            if worker is not None:
                yield True, state._replace(workers=_with(state, number, None))  # it dies
                yield from self._works(state, number, worker)
        release = self.records[state.record].release
        if release and release.claim and state.workers[WORKERS.index(release.claim.owner)] is None:
            yield False, state._replace(record=self._change(state.record, "claim runs out"))

    def _orders(self, state: State) -> Iterator[tuple[bool, State]]:
        if state.record not in self._asked:
            asked = small.asked(self.records[state.record])
            self._asked[state.record] = [(name, self._number(small.small(after))) for name, after in asked]
        for _, after in self._asked[state.record]:
            if after != state.record:
                yield True, self._moved(state, after)

    def _nudged(self, state: State) -> Iterator[tuple[bool, State]]:
        """A nudge arrives, is lost, or comes twice; and the watch needs none."""
        release = self.records[state.record].release
        for number, phase in enumerate(state.nudges):
            rest = state.nudges[:number] + state.nudges[number + 1 :]
            yield True, state._replace(nudges=rest)
            if release and release.phase is phase:
                for after in self._claimed(state):
                    yield False, after._replace(nudges=rest)
                    yield True, after
        if release:
            for after in self._claimed(state):
                yield False, after

    def _claimed(self, state: State) -> Iterator[State]:
        release = self.records[state.record].in_flight
        for number, owner in enumerate(WORKERS):
            if state.workers[number] is None and not release.claimed_by_other(owner, NOW):
                after = self._change(state.record, f"claim {owner}")
                yield state._replace(record=after, workers=_with(state, number, Worker("claimed", True)))

    def _works(self, state: State, number: int, worker: Worker) -> Iterator[tuple[bool, State]]:
        """One step of a worker. Whoever is not fresh any more, or not the holder, loses its append and leaves."""
        record = self.records[state.record]
        release, gone = record.release, state._replace(workers=_with(state, number, None))
        if release is None or not worker.fresh or release.claimed_by_other(WORKERS[number], NOW):
            yield False, gone
            return
        if release.phase is Phase.DEPLOYING and worker.stage == "claimed" and state.posted == 0:
            after = self._change(state.record, "intended")
            yield False, state._replace(record=after, workers=_with(state, number, Worker("intended", True)))
            return
        if worker.stage == "intended":
            if release.goes_to is record.active:
                raise Broken(f"{release.tag} is deployed to {record.active.value}, which is active")
            posted = state._replace(posted=state.posted + 1, workers=_with(state, number, Worker("posted", True)))
            yield False, posted
            return
        if release.phase is Phase.SWITCHING and release.switched_at is None:
            yield False, self._moved(state, self._change(state.record, "moved"), keeps=number)
            return
        for name, after in self._look(state):
            yield False, self._moved(gone, after, name)

    def _look(self, state: State) -> list[tuple[str, int]]:
        key = (state.record, state.posted > 0)
        if key not in self._found:
            found = small.found(self.records[state.record], state.posted > 0)
            self._found[key] = [(name, self._number(small.small(after))) for name, after in found]
        return self._found[key]

    def _moved(self, state: State, after: int, saw: str = "", keeps: int | None = None) -> State:
        """On to another record: what the world runs, who is stale now, who is nudged."""
        before, now = self.records[state.record], self.records[after]
        was, is_ = before.release, now.release
        same = was is not None and is_ is not None and was.tag == is_.tag and was.phase is is_.phase
        same = same and (before.active is now.active or keeps is not None)
        runs = list(state.runs)
        if was and was.phase is Phase.DEPLOYING and saw == "ACTIVE":
            runs[_side(was.goes_to)] = (was.tag, False)
        if was and is_ and was.phase is Phase.SMOKING and is_.phase is Phase.READY:
            runs[_side(was.goes_to)] = (was.tag, True)
        workers = tuple(w and (w if same else w._replace(fresh=False)) for w in state.workers)
        nudges = state.nudges if same or is_ is None else (*state.nudges, is_.phase)[-_NUDGES:]
        posted = state.posted if was and is_ and was.tag == is_.tag and same else 0
        return State(after, workers, posted, tuple(runs), tuple(sorted(nudges, key=lambda p: p.value)))  # type: ignore[arg-type]

    # What must hold

    def _check(self, before: State, after: State) -> None:
        then, now = self.records[before.record], self.records[after.record]
        tag, passed = after.runs[_side(now.active)]
        if not passed:
            raise Broken(f"1: production points at {tag} on {now.active.value}, which did not pass its checks")
        if not now.on(now.active).may_serve:
            raise Broken(f"1: production may not be on the active environment: {now.on(now.active)}")
        if after.posted > 1:
            raise Broken(f"7: {now.in_flight.tag} was deployed twice")
        kept = {past.tag for past in now.past} | {one.tag for one in (now.release, now.queued) if one}
        for held in (then.release, then.queued):
            if held is not None and held.tag not in kept:
                raise Broken(f"3: {held.tag} was forgotten")
        release = now.release
        if release and release.tag in now.quarantine and release.phase in BEFORE_SWITCH - {Phase.REQUESTED}:
            raise Broken(f"5: {release.tag} is quarantined and {release.phase.value}")
        if release and release.phase in (Phase.SWITCHING, Phase.WATCHING) and release.switched_at:
            back = orders.rollback(now, small.SERVICE, "a person", NOW)
            if not back.ok or back.record.active is not release.previous or back.record.in_flight.claim:
                raise Broken(f"6: a rollback is blocked: {back.says}")

    def _change(self, number: int, what: str) -> int:
        if (number, what) not in self._changed:
            self._changed[number, what] = self._number(small.small(_CHANGES[what](self.records[number])))
        return self._changed[number, what]

    def _number(self, record: Record) -> int:
        key = record.model_dump_json()
        if key not in self._numbers:
            self._numbers[key] = len(self.records)
            self.records.append(record)
        return self._numbers[key]


_CHANGES = {
    "claim A": lambda record: small.claimed(record, "A"),
    "claim B": lambda record: small.claimed(record, "B"),
    "claim runs out": lambda record: record.with_release(claim=None),
    "intended": small.intended,
    "moved": small.moved,
}


def _with(state: State, number: int, worker: Worker | None) -> tuple[Worker | None, Worker | None]:
    return (worker, state.workers[1]) if number == 0 else (state.workers[0], worker)


def _side(environment: Environment) -> int:
    return 0 if environment is Environment.BLUE else 1
