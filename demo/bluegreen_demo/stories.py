"""What the demo plays: releases that are good, one that is not, and a person who changes their mind."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease, Record
from bluegreen_demo.cloud import LocalCloud
from bluegreen_demo.event import Mood
from bluegreen_demo.printer import Printer
from bluegreen_demo.rollback import Rollback, roll_back
from bluegreen_demo.watcher import NotHappened, Watcher
from bluegreen_emulator.traffic import Traffic

_AFTERWARDS = 2.0  # seconds in which the clients and the channel still tell of it
FAULT = {"share": 0.2, "when": "production"}
SHARED = {"share": 0.3}


@dataclass
class Stage:
    """Where the stories are played, and what came of them."""

    cloud: LocalCloud
    traffic: Traffic
    watcher: Watcher
    printer: Printer
    expected: dict[str, Phase] = field(default_factory=dict)  # how each release is to end
    rollbacks: list[Rollback] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)  # by tag: why it was held

    @property
    def patience(self) -> float:
        return self.cloud.settings.stories.patience


def play(stage: Stage) -> None:
    """All of them; NotHappened when one does not go on."""
    stage.printer.head("1. A good release: v1.3.0")
    good(stage, "v1.3.0")
    stage.printer.head("2. A release that fails in production: v1.4.0 (20 % of its answers are 500)")
    bad(stage, "v1.4.0", FAULT)
    stage.printer.head("3. A good release, and a dependency of both environments that fails: v1.5.0")
    shared_outage(stage, "v1.5.0")
    stage.printer.head("4. A good release, and a person who takes it back: v1.6.0")
    taken_back(stage, "v1.6.0")
    stage.printer.head("5. Once more, now that every function is warm: v1.7.0")
    taken_back(stage, "v1.7.0")
    stage.printer.head("6. A rollback by mistake, undone; and a hotfix that does not wait: v1.8.0, v1.8.1")
    undone(stage, "v1.8.0")
    hotfix(stage, "v1.8.1", instead_of="v1.8.0")


def good(stage: Stage, tag: str) -> PastRelease:
    push(stage, tag, Phase.LIVE)
    return rests(stage, tag)


def bad(stage: Stage, tag: str, fault: dict[str, Any]) -> PastRelease:
    push(stage, tag, Phase.ROLLED_BACK, fault)
    return rests(stage, tag)


def shared_outage(stage: Stage, tag: str) -> PastRelease:
    """Both environments fail a while, as they do when their database does: held, not taken back."""
    push(stage, tag, Phase.LIVE)
    serves(stage, tag)
    share, seconds = SHARED["share"], stage.cloud.settings.stories.shared_outage
    stage.printer.say(
        "database", f"fails: {share * 100:.0f} % of the answers of blue and of green are 500", mood=Mood.BAD
    )
    with stage.cloud.broken(SHARED):
        time.sleep(seconds)
    stage.printer.say("database", "is well again", mood=Mood.GOOD)
    held(stage, tag)
    return rests(stage, tag)


def held(stage: Stage, tag: str) -> None:
    """People were told that both suffer."""
    found = next((one for one in stage.watcher.versions if _held(one.record, tag)), None)
    if found is None:
        release = stage.watcher.record.release
        raise NotHappened(f"{tag} was not held while both environments failed: {release.reason if release else ''}")
    stage.held[tag] = found.record.in_flight.reason


def taken_back(stage: Stage, tag: str) -> PastRelease:
    before = stage.watcher.record.active
    push(stage, tag, Phase.ROLLED_BACK)
    serves(stage, tag)
    stage.printer.say("a person", "asks for a rollback (no body, as doctl does it)", mood=Mood.BAD)
    made = roll_back(stage.cloud, tag, before.value)
    stage.rollbacks.append(made)
    answer = str(made.answer.get("what", "nothing"))
    stage.printer.say("a person", f"is answered after {made.answered:.1f} s", answer)
    if not made.answer.get("ok"):
        raise NotHappened(f"the rollback of {tag} was refused: {answer}")
    return rests(stage, tag)


def undone(stage: Stage, tag: str) -> None:
    """A person takes a good release back, sees that it was a mistake, and undoes it."""
    push(stage, tag, Phase.UNPROVEN)
    serves(stage, tag)
    says(stage, "asks for a rollback by mistake", stage.cloud.invoke("rollback"))
    stage.watcher.await_(f"{tag} was taken back", lambda record: bool(record.past) and record.past[0].asked, 30)
    asked = datetime.now(UTC)
    says(stage, "undoes it: rollback -p undo:true", stage.cloud.invoke("rollback", {"undo": "true"}))
    again = stage.watcher.await_answer(f"{tag} answers again", lambda a: a.release == tag, asked, stage.patience)
    stage.printer.say("clients", f"{tag} again after {(again.answered - asked).total_seconds():.1f} s", mood=Mood.GOOD)


def hotfix(stage: Stage, tag: str, instead_of: str) -> PastRelease:
    """A newer tag comes while another is in its bake; a person will not wait for the end of it."""
    stage.watcher.await_(f"{instead_of} is watched", lambda record: _watched(record, instead_of), stage.patience)
    push(stage, tag, Phase.LIVE)
    stage.watcher.await_(f"{tag} waits", lambda record: bool(record.in_hand(tag)), stage.patience)
    says(
        stage,
        f"will not wait: deploy -p tag:{tag} -p now:true",
        stage.cloud.invoke("deploy", {"tag": tag, "now": "true"}),
    )
    return rests(stage, tag)


def says(stage: Stage, what: str, answer: httpx.Response) -> None:
    """What a person does, and is answered; NotHappened where that is a refusal."""
    found = answer.json()
    stage.printer.say("a person", what, str(found.get("what", "")), Mood.BAD)
    if not found.get("ok"):
        raise NotHappened(f"a person {what}, and was refused: {found}")


def push(stage: Stage, tag: str, expected: Phase, fault: dict[str, Any] | None = None) -> None:
    stage.expected[tag] = expected
    stage.cloud.push(tag, fault)


def serves(stage: Stage, tag: str) -> None:
    """Waits until a release is watched, and has served production for the time that demo.yml says."""
    stage.watcher.await_(f"{tag} serves production", lambda record: _watched(record, tag), stage.patience)
    first = stage.watcher.await_answer(
        f"{tag} answers", lambda answer: answer.release == tag, stage.printer.begun, stage.patience
    )
    time.sleep(_left(first.answered, stage.cloud.settings.stories.serve_before_rollback))


def rests(stage: Stage, tag: str) -> PastRelease:
    record = stage.watcher.await_(
        f"{tag} comes to rest", lambda record: any(past.tag == tag for past in record.past), stage.patience
    )
    time.sleep(_AFTERWARDS)
    return next(past for past in record.past if past.tag == tag)


def _held(record: Record, tag: str) -> bool:
    release = record.release
    return release is not None and release.tag == tag and release.evidence.held


def _watched(record: Record, tag: str) -> bool:
    release = record.release
    if release is not None and release.tag == tag:
        return release.phase is Phase.WATCHING
    ended = next((past for past in record.past if past.tag == tag), None)
    if ended is not None:
        raise NotHappened(f"{tag} came to rest as {ended.outcome.value} before it was watched: {ended.reason}")
    return False


def _left(since: datetime, seconds: float) -> float:
    return max(0.0, seconds - (datetime.now(UTC) - since).total_seconds())
