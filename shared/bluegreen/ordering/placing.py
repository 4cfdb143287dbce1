"""Placing an order in a service's journal, and what comes with it: the first version, notices."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from bluegreen.clients.store.objects import self_test
from bluegreen.cloud import Cloud
from bluegreen.core import admission, long_memory, lost_journal
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.orders import Outcome
from bluegreen.core.pointing import adopt
from bluegreen.core.record import Record, Version
from bluegreen.steps import delivering

_TRIES = 25  # GitHub does not deliver a webhook again, so it is worth a few seconds of its ten


class PlacedOrder(NamedTuple):
    """`written`: the order changed something. `version` is the newest that is known."""

    outcome: Outcome
    version: Version
    written: bool


def newest_or_adopted(cloud: Cloud) -> Version:
    """The newest version. On the very first day what bluegreen.yml says is true becomes version 1.

    A store that the journal has not been in before has to pass the self-test first.
    """
    newest, store = cloud.journal.newest(), cloud.clients.store
    if newest is not None and newest.record.store == store:
        return newest
    self_test(cloud.clients.state, cloud.clock.nonce, cloud.clients.at_once)

    def tested(record: Record, now: datetime) -> Record:
        return record.model_copy(update={"store": store})

    journal, by, now = cloud.journal, cloud.caller.function, cloud.clock.now
    if newest is None:
        newest = journal.begin(tested(adopt(cloud.service), now()), by, "adopted from bluegreen.yml", now())
    return journal.update(newest, tested, by, "the store was tested", now, _TRIES).version


def place(cloud: Cloud, why: str, order: Callable[[Record, datetime], Outcome]) -> PlacedOrder:
    """Carries an order out on the newest version, and anew on a newer one where another writer was faster.

    None is carried out on a journal that was lost.
    """
    outcomes: list[Outcome] = []

    def change(record: Record, now: datetime) -> Record:
        outcomes.append(lost_journal.refusal(record) if record.lost else order(record, now))
        return outcomes[-1].record

    version, written = cloud.journal.update(
        newest_or_adopted(cloud), change, cloud.caller.function, why, cloud.clock.now, _TRIES
    )
    if written:
        cloud.log("order placed", why=why, says=outcomes[-1].says, seq=version.seq)
    return PlacedOrder(outcomes[-1], version, written)


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


def deliver_notices(cloud: Cloud, placed: PlacedOrder) -> Version:
    """Delivers the notices that an order has put into the outbox; the newest version afterwards."""
    if not placed.written:
        return placed.version
    fresh = [notice for notice in placed.version.record.outbox if notice.at == placed.version.at]
    return delivering.deliver(cloud, placed.version, fresh)
