"""One story each, for `--story`: what somebody who has never seen it should see in two minutes."""

import time
from collections.abc import Callable
from enum import Enum

from bluegreen.core.phases import Phase
from bluegreen_demo import stories
from bluegreen_demo.event import Mood
from bluegreen_demo.migrated import migrated
from bluegreen_demo.stories import Stage

_WAITS = 4.0  # seconds in which a tag is seen to wait
_MIGRATED = "A migration that old code cannot run on, its safe form, and one that closes the way back"


class Story(Enum):
    GOOD = "good"
    BAD_RELEASE = "bad-release"
    DEPENDENCY_OUTAGE = "dependency-outage"
    MANUAL = "manual"
    CRASH = "crash"
    HOTFIX = "hotfix"
    MIGRATION = "migration"


def play(stage: Stage, story: Story | None) -> None:
    """That one, or all that follow on one another; NotHappened where it does not go on."""
    if story is None:
        stories.play(stage)
        stage.printer.head(f"7. {_MIGRATED}: v1.9.0, v1.9.1, v1.10.0")
        migrated(stage, "v1.9.0", "v1.9.1", "v1.10.0")
        return
    head, played = _SHOWS[story]
    stage.printer.head(head)
    played(stage)


def _manual(stage: Stage) -> None:
    """A person decides: a pause, going on, a rollback, its undo."""
    said = {"by": "anna", "reason": "the database is being moved"}
    stories.says(stage, "pauses: bluegreen pause", stage.cloud.invoke("deploy", {"pause": "true", **said}))
    stories.push(stage, "v1.3.0", Phase.LIVE)
    waiting = stage.watcher.await_("v1.3.0 waits", lambda record: record.queued is not None, stage.patience)
    stage.printer.say("journal", f"{waiting.queued.tag if waiting.queued else ''} waits, as nothing new begins")
    time.sleep(_WAITS)
    stories.says(stage, "lets it go on: bluegreen resume", stage.cloud.invoke("deploy", {"resume": "true"}))
    stories.serves(stage, "v1.3.0")
    stories.says(stage, "takes it back: bluegreen rollback", stage.cloud.invoke("rollback", {"by": "anna"}))
    stage.watcher.await_("it was taken back", lambda record: bool(record.past) and record.past[0].asked, 60)
    stories.says(stage, "undoes that: bluegreen undo", stage.cloud.invoke("rollback", {"undo": "true", "by": "anna"}))
    stage.watcher.await_("it is live", lambda record: record.past[0].outcome is Phase.LIVE, stage.patience)


def _crash(stage: Stage) -> None:
    """Functions are told to go on and never run; the watch finds that within a minute."""
    stage.printer.say("platform", "the next two wake-ups will be lost: functions that were to go on die", mood=Mood.BAD)
    stage.cloud.parts.platform.accidents.lose_next(2)
    stories.good(stage, "v1.3.0")


def _hotfix(stage: Stage) -> None:
    stories.push(stage, "v1.3.0", Phase.UNPROVEN)
    stories.serves(stage, "v1.3.0")
    stories.hotfix(stage, "v1.3.1", instead_of="v1.3.0")


_SHOWS: dict[Story, tuple[str, Callable[[Stage], object]]] = {
    Story.GOOD: ("A good release: v1.3.0", lambda stage: stories.good(stage, "v1.3.0")),
    Story.BAD_RELEASE: (
        "A release that fails in production: v1.3.0 (20 % of its answers are 500)",
        lambda stage: stories.bad(stage, "v1.3.0", stories.FAULT),
    ),
    Story.DEPENDENCY_OUTAGE: (
        "A good release, and a dependency of both environments that fails: v1.3.0",
        lambda stage: stories.shared_outage(stage, "v1.3.0"),
    ),
    Story.MANUAL: ("A person decides: pause, resume, rollback, undo: v1.3.0", _manual),
    Story.CRASH: ("Functions die in the middle of a release: v1.3.0", _crash),
    Story.MIGRATION: (
        f"{_MIGRATED}: v1.3.0, v1.3.1, v1.4.0",
        lambda stage: migrated(stage, "v1.3.0", "v1.3.1", "v1.4.0"),
    ),
    Story.HOTFIX: ("A hotfix that does not wait for the end of a bake: v1.3.0, v1.3.1", _hotfix),
}
