"""The measurements of the bench, each against its bar."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import httpx

from benchmarks.latency import page
from benchmarks.latency.bar import Bar, median_of, worst_of
from bluegreen.core.config.tags import Tags
from bluegreen.core.phases import Phase
from bluegreen_demo import figures
from bluegreen_demo.cloud import LocalCloud
from bluegreen_demo.rollback import Rollback, roll_back
from bluegreen_demo.stories import Stage, push, rests, serves
from bluegreen_demo.watcher import NotHappened

_COLD, _WARM, _IDLE = 3, 10, 5
_TRIES = 20
_TAG = "v2.{}.0"
_MARGIN = 1.5  # seconds after a rollback in which the last answers of the release before still arrive


def measured(stage: Stage, rounds: int) -> list[Bar]:
    """All of them, in under five minutes; releases are only as fast as the local cloud deploys."""
    tell = stage.printer.lines
    tell("The watch with nothing in flight …")
    idle = list(_idle(stage.cloud))
    tell("Webhooks, cold and warm …")
    webhooks, last = _webhooks(stage)
    tell(f"Rollbacks, {rounds} …")
    rollbacks = list(_rollbacks(stage, rounds, last))
    tell(f"Clicks on the page, {rounds} …")
    clicks = page.measured(stage, rounds)
    tell()
    return [*webhooks, *_followed(stage, rollbacks), *clicks, *_watch(idle, len(stage.cloud.routers)), _dropped(stage)]


class Idle(NamedTuple):
    reads: int
    seconds: float


def _idle(cloud: LocalCloud) -> Iterator[Idle]:
    """Warm calls of ops/watch; none that met the schedule's own, and none in a minute in which GitHub is asked."""
    activations, key = cloud.parts.platform.activations, cloud.account.functions_spaces.id
    cloud.invoke("ops/watch")
    found = 0
    for _ in range(_TRIES):
        while _asks_github(datetime.now(UTC)):
            time.sleep(1)
        begun = datetime.now(UTC)
        cloud.invoke("ops/watch")
        asked = cloud.parts.spaces.by(key, begun, datetime.now(UTC))
        runs = activations.find("ops/watch", since=int(begun.timestamp() * 1000))
        if _asks_github(datetime.now(UTC)):
            continue
        if len(runs) == 1 and "initTime" not in runs[0].annotations:
            found += 1
            yield Idle(len(asked), (runs[0].end - runs[0].start) / 1000)
        if found == _IDLE:
            return


def _asks_github(now: datetime) -> bool:
    """Every few minutes the watch asks for tags that were never announced; it reads the journal once more for that."""
    return int(now.timestamp() // 60) % Tags().ask_every == 0


def _watch(idle: list[Idle], routers: int) -> list[Bar]:
    """Requests that are needed: the bucket's versioning, the journal's head, the number after it, the list of the
    routers' reports, and a report of each router."""
    reads, seconds = [float(one.reads) for one in idle], [one.seconds for one in idle]
    return [
        Bar("idle watch: store requests", max(reads, default=None), "", 4 + routers, tuple(reads)),
        Bar("idle watch: duration, median", median_of(seconds), "s", 0.3, tuple(seconds)),
    ]


def _webhooks(stage: Stage) -> tuple[list[Bar], str]:
    """Tags pushed one after the other: the first is released, each later one waits in place of the one before."""
    cloud, tags = stage.cloud, [_TAG.format(number) for number in range(_COLD + _WARM)]
    for number, tag in enumerate(tags):
        if number < _COLD:
            _deploy_again(cloud, "hooks/github")
        cloud.push(tag)
    found = [webhook for webhook in figures.webhooks(cloud) if webhook.tag]
    cold = tuple(one.ms / 1000 for one in found if one.cold)
    warm = tuple(one.ms / 1000 for one in found if not one.cold)
    bars = [
        Bar("webhook answered, cold, worst", worst_of(cold), "s", 3, cold),
        Bar("webhook answered, warm, worst", worst_of(warm), "s", 1, warm),
        Bar("webhook answered, warm, median", median_of(warm), "s", 1, warm),
    ]
    return bars, tags[-1]


def _deploy_again(cloud: LocalCloud, function: str) -> None:
    """A new version of the function, so that no process of it is warm."""
    answer = httpx.put(
        f"{cloud.at.functions}/api/v1/namespaces/_/actions/{function}",
        params={"overwrite": "true"},
        json={},
        auth=(cloud.account.key_id, cloud.account.key_secret),
        timeout=30,
        trust_env=False,
    )
    answer.raise_for_status()


def _rollbacks(stage: Stage, rounds: int, waiting: str) -> Iterator[Rollback]:
    """Good releases, each taken back as soon as it serves, by a function that nobody has called yet: its process
    starts, takes the zip (`/init`) and answers (`/run`). The first two releases are those of the webhooks."""
    first = _TAG.format(0)
    later = [_TAG.format(100 + number) for number in range(rounds - 2)]
    for tag in [first, waiting, *later]:
        before = stage.watcher.record.active.value
        if tag in later:
            push(stage, tag, Phase.ROLLED_BACK)
        serves(stage, tag)
        _deploy_again(stage.cloud, "rollback")
        begun = datetime.now(UTC)
        made = roll_back(stage.cloud, tag, before)
        if not made.answer.get("ok"):
            raise NotHappened(f"the rollback of {tag} was refused: {made.answer.get('what')}")
        if not _was_cold(stage.cloud, begun):
            raise NotHappened(f"the rollback of {tag} was not a cold start")
        time.sleep(_MARGIN)
        rests(stage, tag)
        yield made


def _was_cold(cloud: LocalCloud, since: datetime) -> bool:
    runs = cloud.parts.platform.activations.find("rollback", since=int(since.timestamp() * 1000))
    return bool(runs) and all("initTime" in run.annotations for run in runs)


def _followed(stage: Stage, rollbacks: list[Rollback]) -> list[Bar]:
    complete = [seconds for one in rollbacks if (seconds := one.all_followed) is not None]
    followed = tuple(complete) if len(complete) == len(rollbacks) else ()
    last = tuple(figures.taken_back(stage.traffic, one).last_answer for one in rollbacks)
    return [
        Bar("cold rollback asked → every router followed, median", median_of(followed), "s", 1.5, followed),
        Bar("cold rollback asked → every router followed, worst", worst_of(followed), "s", 5, followed),
        Bar("cold rollback asked → last old answer, median", median_of(last), "s", 1.5, last),
        Bar("cold rollback asked → last old answer, worst", worst_of(last), "s", 5, last),
    ]


def _dropped(stage: Stage) -> Bar:
    counts = stage.traffic.counts()
    return Bar(f"requests dropped, of {counts.sent:,}", float(counts.failed) if counts.sent else None, "", 0)
