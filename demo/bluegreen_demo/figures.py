"""What was measured, from nothing but what was recorded: answers, deliveries, deployments, the journal."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from bluegreen.core.record import Version
from bluegreen_demo.cloud import LocalCloud
from bluegreen_demo.rollback import Rollback
from bluegreen_demo.stories import Stage
from bluegreen_emulator.github import Delivery
from bluegreen_emulator.traffic import Answer, Counts, Traffic


class Rested(NamedTuple):
    """`expected` is "" where any end will do; `outcome` is "" where there was none."""

    tag: str
    outcome: str
    expected: str
    reason: str


class Webhook(NamedTuple):
    """`tag` is "" for what is no push of a tag: those are answered sooner, as nothing is written."""

    tag: str
    ms: float
    status: int
    cold: bool


class TakenBack(NamedTuple):
    """Seconds since a person asked: until the last answer of the release, and until all instances had followed."""

    tag: str
    last_answer: float
    followed: float | None


class Move(NamedTuple):
    """Production was pointed from one release to another; `until` is when it was pointed elsewhere again."""

    at: datetime
    before: str
    after: str
    until: datetime | None


@dataclass(frozen=True)
class Figures:
    """Times in seconds where the name does not say otherwise."""

    releases: list[Rested]
    requests: Counts
    bad: dict[str, int]  # answers that the release itself gave as 5xx, by tag
    webhooks: list[Webhook]
    ready_to_switched: dict[str, float]  # by tag
    fault_to_last_bad: dict[str, float]
    held: dict[str, str]  # by tag: why it was held
    rollbacks: list[TakenBack]
    violations: list[str]
    told: dict[str, int]
    took: float
    dropped: list[str] = field(default_factory=list)


def gather(stage: Stage, until: datetime) -> Figures:
    cloud, traffic = stage.cloud, stage.traffic
    digitalocean, moves = cloud.parts.digitalocean, list(_moves(stage.watcher.versions))
    deployments = cloud.parts.github.deployments.values()
    return Figures(
        releases=_releases(stage),
        requests=traffic.counts(),
        bad=dict(Counter(answer.release for answer in traffic.since() if answer.bad)),
        webhooks=webhooks(cloud),
        ready_to_switched=dict(_ready_to_switched(stage, moves)),
        fault_to_last_bad=dict(_fault_to_last_bad(stage, moves)),
        held=dict(stage.held),
        rollbacks=[taken_back(traffic, rollback) for rollback in stage.rollbacks],
        violations=[f"{v.method} {v.path}: {'; '.join(v.problems)}" for v in digitalocean.violations],
        told={
            "slack": len(cloud.parts.slack.messages),
            "github": sum(len(statuses) for made in deployments for statuses in made.statuses.values()),
        },
        took=(until - stage.printer.begun).total_seconds(),
        dropped=[f"{one.path}: {one.error or one.status}" for one in traffic.failures()],
    )


def spread(values: Iterable[float]) -> dict[str, float | None]:
    """`p50` and `max`."""
    found = list(values)
    if not found:
        return {"p50": None, "max": None}
    return {"p50": round(median(found), 3), "max": round(max(found), 3)}


def webhooks(cloud: LocalCloud) -> list[Webhook]:
    """Every delivery to hooks/github; cold where a process had to be started for it."""
    runs = [run for run in cloud.parts.platform.activations.unrecorded if run.path == "hooks/github"]
    started = [run.start / 1000 for run in runs if "initTime" in run.annotations]
    return [
        Webhook(
            _tag(delivery), delivery.duration_ms, delivery.status_code, any(_within(delivery, at) for at in started)
        )
        for delivery in cloud.parts.github.webhooks.deliveries
    ]


def taken_back(traffic: Traffic, rollback: Rollback) -> TakenBack:
    last = traffic.last_from(release=rollback.tag, since=None)
    seconds = (last.answered - rollback.asked).total_seconds() if last else 0.0
    return TakenBack(rollback.tag, max(0.0, seconds), rollback.all_followed)


def _tag(delivery: Delivery) -> str:
    ref = str(delivery.payload.get("ref", ""))
    return ref.removeprefix("refs/tags/") if ref.startswith("refs/tags/") else ""


def _within(delivery: Delivery, at: float) -> bool:
    begun = delivery.delivered_at.timestamp() if delivery.delivered_at else 0.0
    return begun <= at <= begun + delivery.duration_ms / 1000


def _releases(stage: Stage) -> list[Rested]:
    rested = {past.tag: past for past in reversed(stage.watcher.record.past)}  # the newest of each tag
    found = []
    for tag, expected in stage.expected.items():
        past = rested.get(tag)
        outcome, reason = (past.outcome.value, past.reason) if past else ("", "it did not rest")
        found.append(Rested(tag, outcome, expected.value, reason))
    return found


def _moves(versions: list[Version]) -> Iterator[Move]:
    changes = [(a, b) for a, b in pairwise(versions) if a.record.active is not b.record.active]
    ends = [*(after.at for _, after in changes[1:]), None]
    for (before, after), until in zip(changes, ends, strict=False):
        was, now = before.record, after.record
        yield Move(after.at, was.on(was.active).tag, now.on(now.active).tag, until)


def _ready_to_switched(stage: Stage, moves: list[Move]) -> Iterator[tuple[str, float]]:
    """From the deployment's going live to the last answer of the release before."""
    for tag in stage.expected:
        move = next((move for move in moves if move.after == tag), None)
        ready, moved = _live_at(stage.cloud, tag), _moved(stage.traffic, move) if move else None
        if ready and moved:
            yield tag, (moved.answered - ready).total_seconds()


def _live_at(cloud: LocalCloud, tag: str) -> datetime | None:
    sha = cloud.commit(tag).sha
    for app in cloud.environments.values():
        for deployment in app.deployments:
            if any(version.commit_hash == sha for version in deployment.versions.values()):
                return deployment.reached.get("ACTIVE")
    return None


def _moved(traffic: Traffic, move: Move) -> Answer | None:
    """The answer after which nobody got the release before; the first of the new one where none came later."""
    first = traffic.first_from(release=move.after, since=None)
    if first is None:
        return None
    stay = (a for a in traffic.since(move.at) if a.release == move.before and (not move.until or a.asked < move.until))
    return max([first, *stay], key=lambda answer: answer.answered)


def _fault_to_last_bad(stage: Stage, moves: list[Move]) -> Iterator[tuple[str, float]]:
    """Of the releases that were at fault: what both environments suffered is not theirs."""
    for tag in dict.fromkeys(move.after for move in moves):
        bad = [answer.answered for answer in stage.traffic.since() if answer.bad and answer.release == tag]
        if bad and tag not in stage.held:
            yield tag, (max(bad) - min(bad)).total_seconds()
