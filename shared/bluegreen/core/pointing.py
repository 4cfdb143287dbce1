"""Pointing production at the other environment: the one change of the record that moves users.

`active` names the environment that serves production, and `epoch` counts how often that has changed. Whoever carries
the change out (the router, or the function that writes a provider's setting) does so for one epoch; work begun in
an older one is given up. Example: a switch is epoch 7 and is still being carried out when a person's rollback is
written as epoch 8; the function reads the record again after it has sent, finds 8, and sends production there.
"""

from datetime import datetime

from bluegreen.core.config.service import Service
from bluegreen.core.environment import NOT_TO_SERVE, Environment, EnvironmentState, Status
from bluegreen.core.record import SERVED_KEPT, Record


def adopt(service: Service) -> Record:
    """The first record: what `adopt` in bluegreen.yml says runs on the day Bluegreen takes over."""
    adopted = service.adopt
    environments = {
        environment: EnvironmentState(status=Status.IDLE, app=service.app(environment), tag=tag, proven=bool(tag))
        for environment, tag in ((Environment.BLUE, adopted.blue), (Environment.GREEN, adopted.green))
    }
    record = Record(service=service.name, active=adopted.active, environments=environments)
    return record.with_environment(adopted.active, status=Status.ACTIVE, proven=True)


def point_at(record: Record, environment: Environment, now: datetime) -> Record:
    """Points production at `environment`. With the router, appending this record is the switch."""
    if record.active is environment:
        return record
    served = _served(record, record.on(record.active), record.on(environment))
    record = record.model_copy(update={"active": environment, "epoch": record.epoch + 1, "served": served, "apart": ""})
    record = record.with_environment(environment, status=Status.ACTIVE, since=now)
    return record.with_environment(environment.other, status=Status.IDLE)


def point_back(record: Record, now: datetime) -> Record:
    """Points production at what was active before the release in flight, whose environment becomes unfit."""
    previous = record.in_flight.previous
    if previous is None or record.active is previous:
        return record
    return point_at(record, previous, now).with_environment(previous.other, **NOT_TO_SERVE)


def _served(record: Record, *states: EnvironmentState) -> dict[str, str]:
    """What production was pointed at, tag → commit, the newest last."""
    newest = {state.tag: state.commit for state in states if state.tag}
    kept = {**{tag: commit for tag, commit in record.served.items() if tag not in newest}, **newest}
    return dict(list(kept.items())[-SERVED_KEPT:])


def returns_to_served(record: Record) -> bool:
    """True if the release in flight is a rollback to exactly the commit that production ran before."""
    release = record.in_flight
    return release.purpose.back and bool(release.commit) and record.served.get(release.tag) == release.commit
