"""A release in each phase, an answer of any kind to any call of its turn: a finding, in time, never an exception."""

import random
import time
from functools import partial

import pytest

from bluegreen.core.phases import Phase
from tests.chain import webhook
from tests.chain.foreign_calls import ForeignCalls
from tests.chain.laptop import Laptop
from tests.chain.test_stories import BAD
from tests.clients.test_bounded import Wire

ENDS = 60.0  # seconds: a turn has few calls, each odd answer less than one


def laptop_in(phase=None, fault=None, **options):
    """None: at rest, with a release behind it."""
    laptop = Laptop(tags={"ask_every": 1}, notify=[{"kind": "slack"}, {"kind": "github"}], options=options)
    laptop.push("v1.3.0", **({"fault": fault} if fault else {}))
    laptop.until(phase) if phase else laptop.rest()
    return laptop


def watched(laptop):
    """By the watch, which takes turns over a minute after nobody came."""
    laptop.clock.sleep(120)
    laptop.invoke("ops/watch", {"source": "schedule"})


def woken(laptop):
    laptop.invoke(*laptop.queue[0])


def asked(function, laptop, **given):
    laptop.invoke(function, given)


def pushed(laptop):
    webhook.deliver(laptop, webhook.pushed("v1.4.0"))


ONGOING = (
    Phase.REQUESTED,
    Phase.DEPLOYING,
    Phase.CHECKING,
    Phase.SMOKING,
    Phase.READY,
    Phase.WATCHING,
    Phase.ROLLING_BACK,
)
IN = {phase: partial(laptop_in, phase, BAD if phase is Phase.ROLLING_BACK else None) for phase in ONGOING}
TURNS = {
    **{f"{phase.value}, woken": (IN[phase], woken) for phase in ONGOING},
    **{f"{phase.value}, by the watch": (IN[phase], watched) for phase in ONGOING},
    "at rest, by the watch": (laptop_in, watched),
    "ready, a person switches": (partial(laptop_in, Phase.READY, auto_switch=False), partial(asked, "switch")),
    "deploying, a person aborts": (IN[Phase.DEPLOYING], partial(asked, "abort")),
    "watching, a person goes back": (IN[Phase.WATCHING], partial(asked, "rollback")),
    "at rest, a person goes back": (laptop_in, partial(asked, "rollback")),
    "at rest, App Platform's own rollback": (laptop_in, partial(asked, "rollback", native="true")),
    "at rest, a webhook": (laptop_in, pushed),
    "watching, a person asks": (IN[Phase.WATCHING], partial(asked, "status")),
}


class Turns:
    """Of one kind, on one laptop, whose journal is put back before each."""

    def __init__(self, make, take, wire):
        self._take = take
        self.laptop = laptop = make()
        release = laptop.record().release
        self._claim = release and release.claim
        self.calls = ForeignCalls(laptop, wire)
        self._kept = (dict(laptop.state._bodies), laptop.clock.time, list(laptop.queue))

        self._take(laptop)
        self._usual = self.calls.count

    def _put_back(self):
        laptop = self.laptop
        bodies, laptop.clock.time, queue = self._kept
        laptop.state._bodies = dict(bodies)
        laptop.queue.clear()
        laptop.queue.extend(queue)
        laptop.lines.clear()

    def failed(self, number):
        """What is wrong with a turn where one call gets that answer, or all of its service from then on; else None."""
        laptop, dice = self.laptop, random.Random(number)
        self._put_back()
        begun = time.monotonic()
        self.calls.begin(number, dice.randrange(self._usual), dice.random() < 0.3)
        try:
            self._take(laptop)
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            return f"{type(error).__name__} in the turn"
        finally:
            self.calls.end()
        if time.monotonic() - begun > ENDS or laptop.clock.remaining() < 0:
            return "too late"
        bugs = [line["what_it_is"] for line in laptop.lines if line["what"] == "bug"]
        return bugs[0] if bugs else self._claimed()

    def _claimed(self):
        """Whoever had a turn has written down what it found; what a store takes for written may be lost."""
        release = self.laptop.record().release
        held = release is not None and release.claim is not None and release.claim != self._claim
        return "the claim was kept" if held and self.calls.service != "state" else None


@pytest.fixture(scope="module")
def wire():
    made = Wire()
    yield made
    made.close()


def faults(name, wire, numbers):
    turns = Turns(*TURNS[name], wire)
    found = [(number, turns.failed(number)) for number in numbers]
    turns.calls.close()
    return [f"{name}, answer {number}: {wrong}" for number, wrong in found if wrong]


@pytest.mark.slow
@pytest.mark.bad_input(
    "answer",
    "any status, headers, body or pace at any call of a turn, once or from one service from then on",
    "the turn ends in time with a finding; the deadline of the phase decides",
)
@pytest.mark.parametrize("name", TURNS)
def test_an_answer_of_any_kind_ends_a_turn_with_a_finding(name, wire):
    assert faults(name, wire, range(0, 12_000, 2_000)) == []


@pytest.mark.search
@pytest.mark.parametrize("name", TURNS)
def test_many_answers_of_any_kind_end_a_turn_with_a_finding(name, wire):
    assert faults(name, wire, range(100_000, 220_000, 1_000)) == []
