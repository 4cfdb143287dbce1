"""What a service's router reports: five minutes of steady traffic, in which a new release may begin to fail."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import BUCKETS_MS, Block, Counts, Telemetry

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GREEN = Environment.GREEN
_BLOCK, _MOVING_BLOCK, _TELLS = 5, 1, 300  # seconds: a block at rest, one while a release is watched, all of them
_USERS, _PROBES = 50, 2.5  # answers a second, of each environment that gets them


def report(t: float, watched: bool, epoch: int, active: Environment, fails: float | None, nudges: bool) -> bytes:
    """At `t` seconds; NAME, INSTANCE and 987654321 stand for what is different in each service.

    `fails`: since when a fifth of the new release's answers are failures.
    """
    block = _MOVING_BLOCK if watched else _BLOCK
    return _report(int(t // block), block, epoch, active, None if fails is None else int(fails // block), nudges)


@lru_cache(maxsize=64)
def _report(last: int, seconds: int, epoch: int, active: Environment, fails_since: int | None, nudges: bool) -> bytes:
    blocks = tuple(_block(each, seconds, active, fails_since) for each in range(last - _TELLS // seconds, last))
    told = Telemetry(
        service="NAME",
        instance="INSTANCE",
        at=_at(last * seconds),
        seq=987654321,
        epoch=epoch,
        active=active,
        blocks=blocks,
        nudges=nudges,
    )
    return told.model_dump_json(exclude_defaults=True).encode()


@lru_cache(maxsize=4096)
def _block(number: int, seconds: int, active: Environment, fails_since: int | None) -> Block:
    bad = fails_since is not None and number >= fails_since and active is GREEN
    users, probes = _USERS * seconds, int(_PROBES * seconds)
    probed = {each: _counts(probes, probes // 2 if bad and each is active else 0) for each in Environment}
    asked = {active: _counts(users, users // 5 if bad else 0)}
    return Block(at=_at(number * seconds), seconds=seconds, users=asked, probes=probed)


def _counts(requests: int, failed: int) -> Counts:
    return Counts(requests=requests, failed=failed, buckets=(requests, *[0] * len(BUCKETS_MS)))


def _at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)
