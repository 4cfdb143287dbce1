"""Takes the routers' word where the journal has lost its newest versions, with the Spaces key alone."""

import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.objects import Objects, self_test
from bluegreen.clients.store.spaces import Spaces
from bluegreen.clients.store.telemetry import read_reports
from bluegreen.core.config.service import Service
from bluegreen.core.config.traffic import Router
from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.lost_journal import Served, recovered
from bluegreen.core.pointing import adopt
from bluegreen.core.record import Version
from bluegreen.settings import PREFIX, File, parse
from bluegreen_cli import config
from bluegreen_cli.doctor import given
from bluegreen_cli.faults import Faulty

_REPORTED_WITHIN = 300.0  # seconds
_BY = "bluegreen recover"
_AFTERWARDS = {
    True: "routers follow within a minute",
    False: "no router instance reports; one that is at a newer epoch will not follow: run this again once it reports",
}


class Word(NamedTuple):
    """Where production is, since which epoch, and who says so."""

    active: Environment
    served: Served
    says: str


def recover(path: Path, env: Path, name: str, active: Environment | None) -> str:
    """What was done, as a sentence. `active` is a person's word, which counts more than the routers'."""
    file, _ = parse(config.read(path))
    environment = {**(given(env) if env.is_file() else {}), **os.environ}
    if file is None or name not in file.services:
        raise Faulty([f"service {name!r} is not known (known: {', '.join(file.services if file else ())})"])
    service, state = file.services[name], _bucket(file, file.state.bucket, environment)
    journal = Journal(state, name, _nonce, _now)
    newest = journal.newest()
    word = _word(service, _bucket(file, file.state.telemetry_bucket, environment), newest, active)
    if newest is None:
        self_test(state, _nonce)
        newest = journal.begin(adopt(service), _BY, "the journal was empty", _now())
    if newest.record.lost == "" and newest.record.active is word.active and not word.served.ahead_of(newest):
        return f"{name}: the journal holds all that the routers report: nothing to recover"
    missing = max(word.served.seq - newest.seq, 0)
    changed = journal.update(
        newest,
        lambda record, now: recovered(record, service, word.active, word.served.epoch, now, missing),
        _BY,
        f"production is on {word.active.value}: {word.says}",
        _now,
    ).version
    at, follow = f"version {changed.seq} of epoch {changed.record.epoch}", _AFTERWARDS[bool(word.served.instance)]
    return f"{name}: {at} says that production is on {word.active.value} ({word.says}); {follow}"


def _word(service: Service, telemetry: Objects, newest: Version | None, active: Environment | None) -> Word:
    """The newest epoch counts: an instance that is behind it serves what was."""
    routed = isinstance(service.traffic, Router)
    reports = read_reports(telemetry, service.name, _REPORTED_WITHIN, Telemetry) if routed else []
    served = max((Served(one.epoch, one.seq, one.instance) for one in reports), default=None)
    agreed = {one.active for one in reports if served and one.epoch == served.epoch and one.active}
    if active is not None:
        unheard = Served(newest.record.epoch, newest.seq, "") if newest else Served(0, 0, "")
        return Word(active, max(served, unheard) if served else unheard, "a person says so")
    if served is None:
        raise Faulty([f"no router instance of {service.name} reports: say where production goes with --active"])
    if len(agreed) != 1:
        said = " and ".join(sorted(environment.value for environment in agreed)) or "nothing"
        raise Faulty([f"the router instances of epoch {served.epoch} serve {said}: say which with --active"])
    return Word(agreed.pop(), served, f"{len(reports)} router instances report, {served.instance} epoch {served.epoch}")


def _bucket(file: File, bucket: str, environment: Mapping[str, str]) -> Spaces:
    key, secret = (environment.get(f"{PREFIX}SPACES_{part}", "") for part in ("KEY", "SECRET"))
    if not key or not secret:
        raise Faulty([f"{PREFIX}SPACES_KEY and {PREFIX}SPACES_SECRET are wanted, in the environment or in --env"])
    return Spaces(file.state.endpoint, file.state.region, bucket, key, secret)


def _nonce() -> str:
    return uuid.uuid4().hex


def _now() -> datetime:
    return datetime.now(UTC)
