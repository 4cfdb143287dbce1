"""ops/watch: wakes what is overdue, follows deployments, judges what serves production. The one scheduled function."""

from datetime import timedelta

from bluegreen.cloud import Cloud
from bluegreen.core.errors import BluegreenError
from bluegreen.core.inbound.nudges import nudge
from bluegreen.core.judge.verdict import seconds_to_next_look
from bluegreen.core.phases import Phase
from bluegreen.core.record import Version
from bluegreen.core.release import Release
from bluegreen.invocation.call import (
    STORE,
    TELL,
    WAKE,
    Answer,
    Call,
    Visit,
    told,
)
from bluegreen.ordering import set_cohesion
from bluegreen.ordering.placing import known
from bluegreen.steps import checking, deploying, outbox, pointing, requested, rolling_back, switching, watching
from bluegreen.steps.step import Step
from bluegreen.steps.turn import let_go, take, wake_next
from bluegreen.watch import missed_tags

_FOLLOWED = {Phase.DEPLOYING: deploying.STEP, Phase.WATCHING: watching.STEP}
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
_LEFT_BEHIND = timedelta(seconds=90)  # a notice that its own turn did not deliver; a minute is for clocks that differ
_MARGIN = 6.0


def run(visit: Visit) -> Answer:
    clouds = [visit.cloud(service) for service in visit.settings.file.services.values()]
    begun, stay = visit.clock.seconds(), max(cloud.service.watch.stay for cloud in clouds)
    looks = 0
    while True:
        seen: dict[str, Version] = {}
        wanted = {cloud.service.name: _look(cloud, seen, first=looks == 0) for cloud in clouds}
        busy = [cloud for cloud in clouds if wanted[cloud.service.name] is not None]
        looks += 1
        pauses = [seconds for seconds in wanted.values() if seconds is not None]
        if set_cohesion.keep(clouds, seen):
            pauses.append(min(cloud.service.watch.every for cloud in clouds))
        pause, spent = min(pauses, default=0.0), visit.clock.seconds() - begun
        if not pauses or spent + pause > stay or visit.clock.remaining() < pause + _MARGIN:
            break
        visit.clock.sleep(pause)
    _hand_over(busy)
    return told(True, f"{looks} looks; {len(busy)} of {len(clouds)} services still under way")


def _look(cloud: Cloud, seen: dict[str, Version], first: bool) -> float | None:
    """One look at a service; seconds until it wants the next one. A fault in one service must not hide the others.

    What was read goes into `seen`.
    """
    try:
        version = known(cloud)
        if cloud.journal.head_lags:
            cloud.journal.mend_head(version)
        if first and missed_tags.due(cloud, cloud.clock.now()):
            version = _with_missed(cloud, version)
        if first:
            version = _mended(cloud, version)
        seen[cloud.service.name] = version = _deliver_left_behind(cloud, version)
        release = version.record.release
        wants = release is not None and _look_at(cloud, version, release)
        return _pause(cloud, release) if release is not None and wants else None
    except BluegreenError as error:
        cloud.log("look failed", why=str(error), level="warning")
        return None


def _pause(cloud: Cloud, release: Release) -> float:
    """Looks stretch once a release that is watched is no longer fresh; the router's nudge comes in between."""
    watch = cloud.service.watch
    if release.phase is not Phase.WATCHING or release.switched_at is None:
        return watch.every
    return seconds_to_next_look(watch, (cloud.clock.now() - release.switched_at).total_seconds())


def _look_at(cloud: Cloud, version: Version, release: Release) -> bool:
    if release.phase in _FOLLOWED:
        done = take(_FOLLOWED[release.phase], cloud, stays=True, version=version)
        return done.taken and (not done.moved or not cloud.functions.can_wake)
    now = cloud.clock.now()
    if release.claimed_by_other(cloud.caller.activation, now):
        return False
    if not cloud.functions.can_wake or release.phase is Phase.READY:
        return release.wake_at <= now and take(_OTHERS[release.phase], cloud).moved
    if release.wake_at + _OVERDUE <= now:
        cloud.log("overdue: waking its caretaker", release=release.id, phase=release.phase.value)
        wake_next(cloud, version.record)
    return False


def _with_missed(cloud: Cloud, version: Version) -> Version:
    """GitHub that does not answer keeps nobody from watching."""
    try:
        return missed_tags.take_up(cloud, version)
    except BluegreenError as error:
        cloud.log("GitHub was not asked for missed tags", why=str(error), level="warning")
        return version


def _mended(cloud: Cloud, version: Version) -> Version:
    """A provider that does not answer is asked again in a minute."""
    try:
        return pointing.mend(cloud, version)
    except BluegreenError as error:
        cloud.log("where production goes was not looked at", why=str(error), level="warning")
        return version


def _deliver_left_behind(cloud: Cloud, version: Version) -> Version:
    before = cloud.clock.now() - _LEFT_BEHIND
    waiting = [notice for notice in version.record.outbox if notice.at < before]
    return outbox.deliver(cloud, version, waiting) if waiting else version


def _let_go(cloud: Cloud) -> None:
    try:
        let_go(cloud)
    except BluegreenError as error:
        cloud.log("claim not given up: it runs out by itself", why=str(error), level="warning")


def _hand_over(busy: list[Cloud]) -> None:
    """The next watch begins where this one ends; without a key the schedule has to do."""
    for cloud in busy:
        _let_go(cloud)
    for cloud in busy[:1]:
        event = nudge(cloud.service.name, None, Phase.WATCHING, cloud.caller.function, cloud.clock.now())
        cloud.functions.wake(cloud.caller.function, event)


CALL = Call("ops/watch", (*STORE, *TELL, *WAKE, "digitalocean_token", "prometheus_token", "registry_credentials"), run)
