"""A newer tag does not wait out a bake: the release that is watched stays in production, unproven, and the tag begins.

Only a bake is cut short, by policy (`while_watching: replace`) or by a person (`deploy -p now:true`). Gates and checks
are those of any release. It costs the way back for a while, and people are told so: the idle environment, which runs
the release before, is given the new one.
"""

from datetime import datetime

from bluegreen.core import advice, outbox, progress
from bluegreen.core.config.service import Service
from bluegreen.core.config.thresholds import WhileWatching
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.notices import Tone
from bluegreen.core.phases import BEFORE_SWITCH, Phase
from bluegreen.core.record import Record
from bluegreen.core.standstill import held


def may_cut_short(record: Record) -> bool:
    """A member of a set is watched with the others: their bakes end together."""
    release = record.release
    return release is not None and release.phase is Phase.WATCHING and release.set_release is None


def cut_short(record: Record, service: Service, by: str, now: datetime) -> Record:
    """The queued tag takes its turn at once."""
    watched, idle, tag = record.in_flight, record.on(record.idle), record.queued.tag if record.queued else ""
    says = f"{tag} goes ahead, asked for by {by}: nothing is known of {watched.tag} beyond {watched.reason or 'that'}"
    record = progress.advance(record, Finding(verdict=Verdict.UNPROVEN, says=says), service, by, now)
    before = f"{idle.tag} makes room for it" if idle.proven and idle.tag else "no proven release is there"
    headline = f"{tag} goes to {record.idle.value} before the bake of {watched.tag} is over"
    later = f"from then on {watched.tag}, which is unproven"
    reason = f"{before}: from its deployment until {tag} serves nothing is left to go back to; {later}"
    return outbox.queue_notice(record, service, Tone.WARNING, headline, now, reason, release=record.in_flight)


def go_ahead_if_due(record: Record, service: Service, now: datetime) -> Record:
    """A tag that was queued before the bake began, and that is not to wait it out, begins as the bake does."""
    queued = record.queued
    if queued is None or not (queued.now or service.while_watching is WhileWatching.REPLACE):
        return record
    goes = may_cut_short(record) and not held(record, service, queued.purpose, now)
    return cut_short(record, service, queued.by, now) if goes else record


def until_when(record: Record, at_once: bool = True) -> str:
    """How long a tag waits, that is to wait out a bake or (`at_once`) is not."""
    release = record.in_flight
    until, part_of = f"until {release.tag}, which is {release.phase.value},", release.set_release
    if not at_once:
        return f"{until} has come to rest"
    if part_of is not None:
        return f"{until} has come to rest: the bakes of set {part_of.name} end together, so this one is not cut short"
    return f"{until} serves or has come to rest"


def to_make_room(record: Record, tag: str) -> str:
    """What a person can do who will not wait for the release in flight; "" where it is a matter of seconds."""
    if may_cut_short(record):
        return f"not to wait: {advice.invoke('deploy', record.service, tag=tag, now='true')}"
    if record.release is not None and record.release.phase in BEFORE_SWITCH:
        return f"to make room: {advice.invoke('abort', record.service)}"
    return ""
