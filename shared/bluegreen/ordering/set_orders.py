"""What people ask of a whole set: -p set:shop. Each member is written in its own journal, one after the other.

Cut short in between it may be asked again; what has begun, or has gone back, the watch carries to its end.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from bluegreen.cloud import Cloud
from bluegreen.core import admission, orders
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.errors import BadRequest
from bluegreen.core.inbound import parameters
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record
from bluegreen.core.release import SetRelease
from bluegreen.core.sets.current import CurrentSetRelease, current_release, why_not_switched
from bluegreen.core.sets.members import ReleaseSet
from bluegreen.core.sets.requests import set_release_for, why_not_begun
from bluegreen.core.sets.status import MemberState, member_status
from bluegreen.invocation.entry_point import Invocation, Response, answer
from bluegreen.ordering.cancelling import stop
from bluegreen.ordering.placing import Order, PlacedOrder, deliver_notices, foreseen, newest_or_adopted, place
from bluegreen.ordering.set_cohesion import nudge_watch
from bluegreen.settings import Settings
from bluegreen.steps import rolling_back
from bluegreen.steps.step import Step
from bluegreen.steps.take_turn import take, take_all, wake_next

_SWITCHED = (MemberState.MOVING, MemberState.ACROSS, MemberState.RETURNING)
_COMING = (MemberState.COMING, MemberState.HELD, MemberState.PAUSED, MemberState.READY)
_ENOUGH = 20.0  # seconds that a member's own turn may take; with less left somebody else is woken for it


def deploy(invocation: Invocation, given: Mapping[str, str], steps: tuple[Step, ...]) -> Response:
    """Nothing is begun unless every member may take the tag."""
    name, found, clouds = _asked(invocation, given)
    tag, records = given["tag"], _records(clouds)
    pushed = invocation.settings.part_of(invocation.settings.service(found.services[0]), tag)
    set_release = set_release_for(records, name, found, tag, pushed, invocation.clock.nonce())
    placing = {member: _admission(cloud, given, set_release) for member, cloud in clouds.items()}
    refused = why_not_begun(records, _foreseen(invocation, placing, records), set_release, tag)
    if refused:
        return answer(False, f"nothing was begun: {refused}", "`status` shows where everything is")
    placed = {m: place(cloud, f"{tag} asked for", placing[m]) for m, cloud in clouds.items()}
    for member, cloud in clouds.items():
        deliver_notices(cloud, placed[member])
    for cloud in clouds.values():
        _turns(cloud, steps)
    says, ok = _said({m: done.outcome for m, done in placed.items()}), all(done.outcome.ok for done in placed.values())
    return answer(ok, f"set {name} {tag}: {says}", "doctl serverless functions invoke status")


def switch(invocation: Invocation, given: Mapping[str, str], steps: tuple[Step, ...]) -> Response:
    """All members are told to go, or none; each goes when all are ready and those before it have gone."""
    name, _, clouds = _asked(invocation, given)
    records = _records(clouds)
    current = current_release(records, name)
    refused = why_not_switched(name, current)
    if refused or current is None:
        return answer(
            False, f"nothing was switched: {refused}", "wait until all of the set are ready; `status` shows it"
        )
    asked = parameters.asker(given), parameters.said(given)[0]
    placing = {m: _switch_of(clouds[m], current.set_release, *asked) for m in current.ready}
    if unwilling := _refusing(_foreseen(invocation, placing, records)):
        return answer(False, f"nothing of set {name} was switched: {unwilling}", "`status` shows until when")
    placed = {m: place(clouds[m], f"a person said: switch set {name}", order) for m, order in placing.items()}
    if unwilling := _refusing({m: done.outcome for m, done in placed.items()}):  # changed since it was read
        return answer(False, f"set {name} waits: {unwilling}", "`status` shows until when")
    for member in current.members:
        _turns(clouds[member.service], steps)
    nudge_watch(clouds[current.ready[0]], placed[current.ready[0]].version.record)
    return answer(True, f"set {name}: {_now(clouds, name)}", f"to go back: {_invoke('rollback', name)}")


def rollback(invocation: Invocation, given: Mapping[str, str], back: Callable[[Cloud], PlacedOrder]) -> Response:
    """What has not switched is stopped; what has goes back, the last switched first."""
    name, _, clouds = _asked(invocation, given)
    current = current_release(_records(clouds), name)
    if current is None or not current.services(*_SWITCHED):
        return answer(False, f"no release of set {name} is in production", "`rollback -p service:NAME` takes one back")
    for member in current.services(*_COMING):
        stop(clouds[member], current.set_release)
    placed = dict(_taken_back(clouds, current, back))
    says = _said({member: done.outcome for member, done in placed.items()})
    says = says or f"it has gone back already: {_now(clouds, name)}"
    return answer(all(done.outcome.ok for done in placed.values()), f"set {name}: {says}", _invoke("status"))


def abort(invocation: Invocation, given: Mapping[str, str]) -> Response:
    name, _, clouds = _asked(invocation, given)
    current = current_release(_records(clouds), name)
    moved, coming = (current.services(*_SWITCHED), current.services(*_COMING)) if current else ([], [])
    if current is None or moved or not coming:
        why = f"{', '.join(moved)} cannot be aborted any more" if moved else f"no release of set {name} is in flight"
        return answer(False, why, f"{_invoke('rollback', name)} takes production back" if moved else "")
    placed = {member: stop(clouds[member], current.set_release) for member in coming}
    says = _said({member: done.outcome for member, done in placed.items()})
    return answer(any(done.outcome.ok for done in placed.values()), f"set {name}: {says}; production is untouched")


def named(settings: Settings, given: Mapping[str, str]) -> ReleaseSet:
    """The set that is meant by -p set:NAME."""
    name, sets = given["set"], settings.file.sets
    if "service" in given:
        raise BadRequest("set and service cannot be combined: a set names its services in bluegreen.yml")
    if name not in sets:
        raise BadRequest(f"set {name[:40]!r} is not known (known: {', '.join(sorted(sets)) or 'none'})")
    return sets[name]


def _asked(invocation: Invocation, given: Mapping[str, str]) -> tuple[str, ReleaseSet, dict[str, Cloud]]:
    found = named(invocation.settings, given)
    clouds = {member: invocation.cloud(invocation.settings.service(member)) for member in found.services}
    return given["set"], found, clouds


def _records(clouds: Mapping[str, Cloud]) -> dict[str, Record]:
    return {member: newest_or_adopted(cloud).record for member, cloud in clouds.items()}


def _admission(cloud: Cloud, given: Mapping[str, str], set_release: SetRelease) -> Order:
    purpose = parameters.purpose(given).model_copy(update={"part_of": set_release})
    by, options = parameters.asker(given) or "a person (deploy)", parameters.options(given, cloud.service.options)
    request = ReleaseRequest(given["tag"], "", options, by, "", purpose)
    return lambda record, now: admission.admit(record, cloud.service, request, now)


def _foreseen(
    invocation: Invocation, placing: Mapping[str, Order], records: Mapping[str, Record]
) -> dict[str, Outcome]:
    """All members are asked before the first is written to: no write spans two journals."""
    now = invocation.clock.now()
    return {member: foreseen(order, records[member], now) for member, order in placing.items()}


def _refusing(outcomes: Mapping[str, Outcome]) -> str:
    return _said({member: outcome for member, outcome in outcomes.items() if not outcome.ok})


def _said(outcomes: Mapping[str, Outcome]) -> str:
    return "; ".join(f"{member}: {outcome.says}" for member, outcome in outcomes.items())


def _turns(cloud: Cloud, steps: tuple[Step, ...]) -> None:
    if cloud.clock.remaining() > _ENOUGH:
        take_all(steps, cloud)
    else:
        wake_next(cloud, newest_or_adopted(cloud).record)


def _switch_of(cloud: Cloud, set_release: SetRelease, by: str, who: str) -> Order:
    """What a person has said of one set release does not count for another that is ready by now."""

    def order(record: Record, now: datetime) -> Outcome:
        if not set_release.same_as(record.set_in_flight):
            return Outcome(False, record, f"{record.service} has something else in hand")
        return orders.switch(record, cloud.service, now, by, who)

    return order


def _taken_back(
    clouds: Mapping[str, Cloud], current: CurrentSetRelease, back: Callable[[Cloud], PlacedOrder]
) -> Iterator[tuple[str, PlacedOrder]]:
    """Each is looked at once more: one that was to be stopped may have switched, one may have gone on."""
    set_release = current.set_release
    for member in (name for name in reversed(set_release.members) if name in clouds):
        if member_status(member, newest_or_adopted(clouds[member]).record, set_release, current.tag).state in _SWITCHED:
            yield member, _back(clouds[member], back)


def _back(cloud: Cloud, back: Callable[[Cloud], PlacedOrder]) -> PlacedOrder:
    """Production is pointed back by what is written first; its proof must not keep the next member waiting too long."""
    placed, newest = back(cloud), None
    if placed.outcome.ok and cloud.clock.remaining() > _ENOUGH:
        newest = take(rolling_back.STEP, cloud).version
    elif placed.outcome.ok:
        wake_next(cloud, placed.version.record)
    deliver_notices(cloud, placed, newest)
    return placed


def _now(clouds: Mapping[str, Cloud], name: str) -> str:
    current = current_release(_records(clouds), name)
    return current.says if current else "nothing is in flight"


def _invoke(verb: str, name: str = "") -> str:
    return f"doctl serverless functions invoke {verb}{f' -p set:{name}' if name else ''}"
