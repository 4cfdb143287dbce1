"""A service, its history and its releases as text for a terminal, and as facts for scripts.

What is shown is decided where it is for the page (bluegreen.page.viewing): one view, whoever looks at it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bluegreen.core import outline
from bluegreen.core.record import PastRelease, Record
from bluegreen.page import chain
from bluegreen.page.told import ago
from bluegreen.page.view import EnvironmentView, ServiceView, StepView
from bluegreen_cli import screen
from bluegreen_cli.terminal.own_commands import with_own_commands
from bluegreen_cli.terminal.releases import FoundRelease

_SIGNS = {"done": "✓", "now": "…", "next": " ", "bad": "✕"}
_TAG = 40  # characters of a tag
_DATED = "%Y-%m-%d %H:%M:%S"


def service(view: ServiceView, way_back: str, next_step: str, can_call: bool) -> None:
    """`can_call`: functions can be called from here, so next steps are commands of ours."""
    words = with_own_commands if can_call else str
    screen.headline(f"{view.service}: {view.headline}", view.mood.value)
    screen.rows((term, words(said)) for term, said in _facts(view, way_back, next_step))


def _facts(view: ServiceView, way_back: str, next_step: str) -> Iterator[tuple[str, str]]:
    yield from ((environment.name, _environment(environment, view.now)) for environment in view.environments)
    release = view.release
    if release is not None and not release.over:
        until = f", until {release.deadline:%H:%M:%S}" if release.deadline else ""
        yield "release", f"{release.tag} {release.phase} since {release.since:%H:%M:%S}{until}: {release.reason}"
    yield from (("trouble", each) for each in view.trouble if each != view.paused)
    yield "paused", view.paused
    yield "queue", view.queued
    yield "quarantine", "; ".join(f"{tag}: {why}" for tag, why in view.quarantine[:3])
    yield from (("alert", each) for each in view.alerts)
    yield from (("undelivered", each) for each in view.undelivered)
    yield "rollback", way_back
    yield "next", next_step
    yield "as of", f"{view.as_of:{_DATED}} UTC, version {view.seq} of the journal"


def _environment(view: EnvironmentView, now: datetime) -> str:
    since = f", {ago((now - view.since).total_seconds())}" if view.since else ""
    words = f"{view.standing} {view.tag or 'an unknown release'} {view.commit[:10]}".rstrip()
    pinned = "; pinned by App Platform" if view.pinned else ""
    return f"{words}{since}{f'; {view.receives}' if view.receives else ''}{pinned}"


def history(record: Record) -> None:
    many, flying = len(record.past), "" if record.release is None else ", one is in flight"
    screen.headline(f"{record.service}: {many} {'release is' if many == 1 else 'releases are'} over{flying}", "")
    if record.release is not None:
        _past(record.release.tag, record.release.phase.value, record.release.phase_since, record.release.reason, "busy")
    for past in record.past:
        _past(past.tag, past.outcome.value, past.at, past.reason, chain.mood(past.outcome).value)
    for says in outline.database(record):
        screen.tell(says, indent="  ")
    if not record.past and record.release is None:
        screen.tell("nothing has been released yet: push a release tag", indent="  ")


def _past(tag: str, outcome: str, at: datetime, reason: str, mood: str) -> None:
    screen.headline(f"{at:{_DATED}} UTC  {screen.line(tag, _TAG)}  {outcome}", mood)
    if reason:
        screen.tell(reason, indent="    ")


def past_facts(record: Record) -> list[dict[str, Any]]:
    release = record.release
    flying = [] if release is None else [_flying(record.service, release)]
    return [*flying, *(past_fact(record.service, past) for past in record.past)]


def _flying(name: str, release: Any) -> dict[str, Any]:
    facts = {"service": name, "id": release.id, "tag": release.tag, "commit": release.commit, "over": False}
    return {**facts, "outcome": release.phase.value, "at": time(release.phase_since), "reason": release.reason}


def past_fact(name: str, past: PastRelease) -> dict[str, Any]:
    facts = {"service": name, "id": past.id, "tag": past.tag, "commit": past.commit, "over": True}
    return {**facts, "outcome": past.outcome.value, "at": time(past.at), "reason": past.reason}


def steps(found: FoundRelease) -> tuple[StepView, ...]:
    return chain.steps(found.release, found.ended) if found.release is not None else ()


def release(name: str, found: FoundRelease, made: Iterable[StepView], now: datetime) -> None:
    """A release as its steps, each with the time that it began and what was found in it."""
    outcome, mood = _state(found)
    screen.headline(f"{name} {screen.line(found.tag, _TAG)}: {outcome}", mood)
    known = found.release
    if known is not None:
        screen.rows([("commit", known.commit), ("image", known.digest), ("asked by", known.by)])
    said = ""
    for step in made:
        at = f"{step.at:%H:%M:%S}" if step.at else "        "
        screen.say(f"  {_SIGNS[step.state]} {at}  {step.name}")
        if step.says and step.says != said:  # an end repeats what led there
            screen.tell(f"{step.says}{f' ({step.by})' if step.by else ''}", indent="      ")
        said = step.says
    if known is None and found.ended is not None:
        screen.tell(found.ended.reason or "no reason was written", indent="  ")
        screen.tell("its steps are not kept any more, or it never began", indent="  ")
    log = (found.ended and found.ended.log) or (known and known.log) or ""
    for each in log.splitlines():
        screen.say(f"    | {each}")


def _state(found: FoundRelease) -> tuple[str, str]:
    if found.ended is not None:
        return f"{found.ended.outcome.value} at {found.ended.at:{_DATED}} UTC", chain.mood(found.ended.outcome).value
    if found.release is not None:
        return f"{found.release.phase.value} since {found.release.phase_since:{_DATED}} UTC", "busy"
    if found.queued is not None:
        return f"waits since {found.queued.asked_at:{_DATED}} UTC, asked for by {found.queued.by or 'nobody'}", "busy"
    outcome = found.remembered.outcome if found.remembered else ""
    return f"{outcome or 'over'}, so long ago that only this is kept", "quiet"


def release_facts(name: str, found: FoundRelease, made: Iterable[StepView]) -> dict[str, Any]:
    known, ended = found.release, found.ended
    outcome = ended.outcome.value if ended else known.phase.value if known else "waits" if found.queued else ""
    remembered = found.remembered
    return {
        "service": name,
        "tag": found.tag,
        "id": ended.id if ended else known.id if known else "",
        "commit": known.commit if known else ended.commit if ended else remembered.commit if remembered else "",
        "digest": known.digest if known else "",
        "by": known.by if known else found.queued.by if found.queued else "",
        "outcome": remembered.outcome if remembered else outcome,
        "over": ended is not None or remembered is not None,
        "reason": ended.reason if ended else known.reason if known else "",
        "steps": [_step(step) for step in made],
        "log": (ended.log if ended else "") or (known.log if known else ""),
    }


def _step(step: StepView) -> dict[str, Any]:
    at = time(step.at) if step.at else None
    return {"phase": step.name, "state": step.state, "at": at, "says": step.says, "by": step.by}


def time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
