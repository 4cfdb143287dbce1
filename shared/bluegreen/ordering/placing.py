"""Placing an order: on the newest version, again on a newer one where another writer was faster."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from bluegreen.clients.journal import self_test
from bluegreen.cloud import Cloud
from bluegreen.core.config.service import Service
from bluegreen.core.errors import Stale
from bluegreen.core.inbound.nudges import is_nudge
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record, Version, adopt
from bluegreen.invocation.call import Visit
from bluegreen.steps import outbox

_TRIES = 25  # GitHub does not deliver a webhook again, so it is worth a few seconds of its ten


class Placed(NamedTuple):
    """`written`: the order changed something. `version` is the newest that is known."""

    outcome: Outcome
    version: Version
    written: bool


def known(cloud: Cloud) -> Version:
    """The newest version. On the very first day what bluegreen.yml says is true becomes version 1.

    A store that the journal has not been in before has to pass the self-test first.
    """
    for _ in range(_TRIES):
        newest = cloud.journal.newest()
        if newest is not None and newest.record.store == cloud.store:
            return newest
        self_test(cloud.objects, cloud.clock.nonce, cloud.at_once)
        record = newest.record if newest else adopt(cloud.service)
        why = "the store was tested" if newest else "adopted from bluegreen.yml"
        record = record.model_copy(update={"store": cloud.store})
        try:
            return cloud.journal.append(newest, record, cloud.caller.function, why, cloud.clock.now())
        except Stale:
            continue
    raise Stale("others kept being faster", delay=2.0)


def place(cloud: Cloud, why: str, order: Callable[[Record, datetime], Outcome]) -> Placed:
    for _ in range(_TRIES):
        version, now = known(cloud), cloud.clock.now()
        outcome = order(version.record, now)
        if outcome.record == version.record:
            return Placed(outcome, version, False)
        try:
            version = cloud.journal.append(version, outcome.record, cloud.caller.function, why, now)
        except Stale:
            continue
        cloud.log("order placed", why=why, says=outcome.says, seq=version.seq)
        return Placed(outcome, version, True)
    raise Stale("others kept being faster", delay=2.0)


def tell(cloud: Cloud, placed: Placed) -> Version:
    """Delivers the notices that an order has put into the outbox; the newest version afterwards."""
    if not placed.written:
        return placed.version
    fresh = [notice for notice in placed.version.record.outbox if notice.at == placed.version.at]
    return outbox.deliver(cloud, placed.version, fresh)


def asked_service(visit: Visit) -> Service:
    """The service of a call: a nudge's subject, or a person's parameter."""
    if is_nudge(visit.event):
        return visit.settings.service(str(visit.event.get("subject", "")))
    return visit.settings.service(str(visit.event["service"]) if "service" in visit.event else None)
