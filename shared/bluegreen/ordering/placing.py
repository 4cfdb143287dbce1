"""Placing an order in a service's journal, and what comes with it: the first version, notices."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import NamedTuple

from bluegreen.clients.store import neighbourhood
from bluegreen.clients.store.objects import self_test
from bluegreen.cloud import Cloud
from bluegreen.core import admission, long_memory, lost_journal
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.environment import Environment
from bluegreen.core.errors import Unadopted
from bluegreen.core.orders import Outcome
from bluegreen.core.pointing import adopt
from bluegreen.core.record import Record, Version
from bluegreen.core.upgrading import moved_apps, neighbours
from bluegreen.steps import delivering, rolling_back

_TRIES = 25  # GitHub does not deliver a webhook again, so it is worth a few seconds of its ten


Order = Callable[[Record, datetime], Outcome]


class PlacedOrder(NamedTuple):
    """`written`: the order changed something. `version` is the newest that is known."""

    outcome: Outcome
    version: Version
    written: bool


def newest_or_adopted(cloud: Cloud) -> Version:
    """The newest version. On the very first day what bluegreen.yml says is true becomes version 1.

    A store that the journal has not been in before has to pass the self-test first; an app that is another than the
    journal's is noted. `Unadopted` where the first day is none, as another service's journal knows these apps.
    """
    newest, store, service = cloud.journal.newest(), cloud.clients.store, cloud.service
    if newest is not None and newest.record.store == store:
        return newest if moved_apps.is_noted(newest.record, service) else _noted(cloud, newest, "the apps were noted")
    self_test(cloud.clients.state, cloud.clock.nonce, cloud.clients.at_once)
    if newest is None:
        _refuse_second_journal(cloud)
        begun = adopt(service).model_copy(update={"store": store})
        newest = cloud.journal.begin(begun, cloud.caller.function, "adopted from bluegreen.yml", cloud.clock.now())
    return _noted(cloud, newest, "the store was tested")


def _noted(cloud: Cloud, newest: Version, why: str) -> Version:
    """Which store and which apps all that stands in the journal is known of."""
    store = cloud.clients.store

    def change(record: Record, now: datetime) -> Record:
        return moved_apps.noted(record.model_copy(update={"store": store}), cloud.service, now)

    return cloud.journal.update(newest, change, cloud.caller.function, why, cloud.clock.now, _TRIES).version


def _refuse_second_journal(cloud: Cloud) -> None:
    """A service that was renamed would begin with what `adopt` says, which may be years old."""
    service = cloud.service
    apps = {service.app(environment) for environment in Environment}
    for record in neighbourhood.others(cloud.clients.state, {*cloud.clients.settings.file.services}):
        app = neighbours.shared_app(record, apps)
        if app:
            step = neighbours.to_rename(service.name, record.service)
            raise Unadopted(neighbours.renamed(service.name, record.service, app), step)


def foreseen(order: Order, record: Record, now: datetime) -> Outcome:
    """What becomes of an order, before it is written. None is carried out on a journal that was lost."""
    return lost_journal.refusal(record) if record.lost else order(record, now)


def place(cloud: Cloud, why: str, order: Order, known: Version | None = None) -> PlacedOrder:
    """Carries an order out on the newest version, and anew on a newer one where another writer was faster.

    `known`: what was read a moment ago.
    """
    outcomes: list[Outcome] = []

    def change(record: Record, now: datetime) -> Record:
        outcomes.append(foreseen(order, record, now))
        return outcomes[-1].record

    version, written = cloud.journal.update(
        known or newest_or_adopted(cloud), change, cloud.caller.function, why, cloud.clock.now, _TRIES
    )
    if written:
        cloud.log("order placed", why=why, says=outcomes[-1].says, seq=version.seq)
    return PlacedOrder(outcomes[-1], version, written)


def place_going_back(cloud: Cloud, why: str, order: Order, version: Version) -> PlacedOrder:
    """A person's order to go back, on what is seen of the way back at this moment: one version has both, so nothing
    stands before the order. Where it is refused, what was seen is written by itself."""
    seen = rolling_back.look_at_once(cloud, version.record)
    if seen is None:
        return place(cloud, why, order, version)
    placed = place(cloud, why, partial(_after, seen, order), version)
    if placed.outcome.ok:
        return placed
    return placed._replace(version=place(cloud, rolling_back.LOOKED_AT, seen, placed.version).version)


def _after(seen: Order, order: Order, record: Record, now: datetime) -> Outcome:
    outcome = order(seen(record, now).record, now)
    return outcome if outcome.ok else outcome._replace(record=record)


def confirmed(cloud: Cloud, version: Version) -> Version:
    """Before production is taken back by itself: the newest version, in which nothing that has gone is a way back.

    What is told of that waits: users come first.
    """
    change = rolling_back.look_at_once(cloud, version.record)
    return version if change is None else place(cloud, rolling_back.LOOKED_AT, change, version).version


def place_announced(cloud: Cloud, why: str, request: ReleaseRequest) -> PlacedOrder:
    """The order of a webhook, or of a tag that the watch found.

    The long memory is asked for each version that is decided on: it holds whatever that version has forgotten.
    """

    def order(record: Record, now: datetime) -> Outcome:
        remembered = None
        if admission.is_unknown(record, cloud.service, request):
            remembered = long_memory.release(cloud.journal.recalled(long_memory.release_key(request.tag)))
        return admission.admit(record, cloud.service, request, now, remembered)

    return place(cloud, why, order)


def deliver_notices(cloud: Cloud, placed: PlacedOrder, newest: Version | None = None) -> Version:
    """Delivers the notices that an order has put into the outbox; the newest version afterwards.

    `newest`: what was written since. What waits no more in it was replaced by newer news, and is not told over it.
    """
    if not placed.written:
        return placed.version
    version = newest or placed.version
    fresh = [notice for notice in version.record.outbox if notice.at == placed.version.at and not notice.next_at]
    return delivering.deliver(cloud, version, fresh)
