"""One look at one service: its newest version, and a turn at the release in flight."""

from datetime import timedelta
from typing import NamedTuple

from bluegreen.cloud import Cloud
from bluegreen.core import advice
from bluegreen.core.errors import Advised, BluegreenError, Corrupt, Later, VersionsKept, WrittenByNewer
from bluegreen.core.judge.verdict import seconds_to_next_look
from bluegreen.core.phases import Phase
from bluegreen.core.record import Version
from bluegreen.core.release import Release
from bluegreen.ordering import standing_still
from bluegreen.ordering.placing import newest_or_adopted
from bluegreen.steps import bug_report, checking, deploying, requested, rolling_back, switching, watching
from bluegreen.steps.step import Step
from bluegreen.steps.take_turn import take, take_and_stay, wake_next
from bluegreen.watch import beats, bucket_versioning, lost_journal, past_the_journal, refused_wake_ups
from bluegreen.watch.past_the_journal import Matter

_FOLLOWED = {Phase.DEPLOYING: deploying.STEP, Phase.WATCHING: watching.STEP}  # by the watch itself
_OTHERS: dict[Phase, Step] = {
    step.phase: step
    for step in (
        requested.STEP,
        checking.HEALTH,
        checking.SMOKE,
        switching.READY,
        switching.SWITCHING,
        rolling_back.STEP,
    )
}
_OVERDUE = timedelta(seconds=10)  # a wake-up that was sent has this long to arrive
_NOBODY_CAME = timedelta(seconds=90)  # a wake-up was accepted, another too, and nobody has done anything


class Look(NamedTuple):
    """`version`: the newest that was read, None where that failed; `pause`: seconds until another look is wanted."""

    version: Version | None
    pause: float | None


def first_read(cloud: Cloud) -> Version | None:
    """The newest version, looked at as far as nothing is in flight; None where that failed."""
    try:
        version = _newest(cloud, first=True)
        if version.record.release is None and version.record.wakes_refused:
            refused_wake_ups.try_again(cloud)
            version = refused_wake_ups.keep_told(cloud, version)
        return version
    except BluegreenError as error:
        _failed(cloud, error)
    except Exception as error:  # noqa: BLE001 - a bug in one service must not hide the others
        bug_report.report(cloud, error)
    return None


def wants_a_look(cloud: Cloud, version: Version) -> bool:
    """Whether a look would find something to do: a release that nobody has in hand, and whose time it is."""
    release, now = version.record.release, cloud.clock.now()
    if release is None or version.record.lost or release.claimed_by_other(cloud.caller.activation, now):
        return False
    if release.phase in _FOLLOWED:
        return True
    return release.wake_at <= now


def look(cloud: Cloud, first: bool, counted: dict[str, int]) -> Look:
    """`first`: of this invocation; `counted`: see `beats.are_heard`. A fault here must not hide other services."""
    version: Version | None = None
    try:
        version = _newest(cloud, first)
        if version.record.wakes_refused:
            refused_wake_ups.try_again(cloud)
        if version.record.queued is not None:
            version = standing_still.begin_waiting(cloud, version)
        release = version.record.release
        wants = release is not None and not version.record.lost and _take_turn(cloud, version, release)
        if cloud.wake_ups.refusals or version.record.wakes_refused:
            version = refused_wake_ups.keep_told(cloud, version)
        stays = release is not None and wants and not beats.are_heard(cloud, release, counted)
        return Look(version, _pause(cloud, release) if release is not None and stays else None)
    except BluegreenError as error:
        _failed(cloud, error)
    except Exception as error:  # noqa: BLE001 - a bug in one service must not hide the others
        bug_report.report(cloud, error)
    return Look(version, None)


def _newest(cloud: Cloud, first: bool) -> Version:
    version = newest_or_adopted(cloud)
    if cloud.journal.head_lags:
        cloud.journal.mend_head(version)
    return lost_journal.look(cloud, version) if first and not cloud.has_traffic_setting else version


def _take_turn(cloud: Cloud, version: Version, release: Release) -> bool:
    """True where the watch itself wants to look again soon."""
    if release.phase in _FOLLOWED:
        result = take_and_stay(_FOLLOWED[release.phase], cloud, version)
        return result.taken and (not result.moved or not cloud.can_wake)
    now = cloud.clock.now()
    if release.claimed_by_other(cloud.caller.activation, now):
        return False
    if not cloud.can_wake or release.phase is Phase.READY:
        return release.wake_at <= now and _take_over(cloud, release)
    if release.wake_at + _OVERDUE > now:  # somebody may be on the way; or was not woken: a hook may have no key
        return release.wake_at <= now
    cloud.log("overdue: waking its caretaker", release=release.id, phase=release.phase.value)
    refused = wake_next(cloud, version.record)
    if refused:
        refused_wake_ups.tell(cloud, version, refused)
    return bool(refused or release.wake_at + _NOBODY_CAME <= now) and _take_over(cloud, release)


def _take_over(cloud: Cloud, release: Release) -> bool:
    """The watch has every secret that a caretaker has. True where it led to the next phase."""
    return take(_OTHERS[release.phase], cloud).moved


def _pause(cloud: Cloud, release: Release) -> float:
    """Looks stretch once a release that is watched is no longer fresh; the router's nudge comes in between."""
    watch = cloud.service.watch
    if release.phase is not Phase.WATCHING or release.switched_at is None:
        return watch.every
    return seconds_to_next_look(watch, (cloud.clock.now() - release.switched_at).total_seconds())


def _failed(cloud: Cloud, error: BluegreenError) -> None:
    """What lasts until people do something is told to them, though the journal cannot be written."""
    cloud.log("look failed", why=str(error), level="warning")
    matter = _matter(cloud.service.name, error)
    if matter is not None:
        past_the_journal.tell([cloud], matter, str(error))


def _matter(name: str, error: BluegreenError) -> Matter | None:
    match error:
        case Later():
            return None
        case WrittenByNewer():
            headline = "a newer Bluegreen wrote the journal: this one stands still"
            return Matter(f"told/newer-{name}", headline, error.advice)
        case VersionsKept():
            return bucket_versioning.MATTER
        case Advised():
            return Matter(f"told/unadopted-{name}", "no journal was begun", error.advice)
        case Corrupt():
            headline = "the journal cannot be read: nothing is watched, and nothing goes back by itself"
            return Matter(f"told/unreadable-{name}", headline, advice.FOR_A_SPOILT_JOURNAL)
        case _:
            headline = "the state bucket is refused to us: nothing is watched, and nothing goes back by itself"
            return Matter("told/refused", headline, advice.FOR_A_REFUSED_BUCKET)
