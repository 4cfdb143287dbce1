"""A hundred releases with a bake of an hour each, as the watch writes them: counts drawn from a seeded generator.

Most past releases were good: a few of a thousand answers fail, some are slow, and the probes' slowest twentieth is
always there. A quarter had trouble: taken back, held, or one client's.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from benchmarks.judge.judged import CONTEXT
from benchmarks.judge.traces import Batch, Cell, Traces, traces
from benchmarks.judge.whose import client_paths
from bluegreen.core.config.thresholds import Watch
from bluegreen.core.finding import HOLDS, Verdict
from bluegreen.core.judge.evidence import INTERVAL_SECONDS, Evidence, Interval
from bluegreen.core.judge.intervals import EarlierRow, slower, summed_up
from bluegreen.core.judge.look import judged
from bluegreen.core.judge.written_look import Times, WrittenLook
from bluegreen.core.phases import Phase
from bluegreen.core.pointing import adopt
from bluegreen.core.record import PastRelease, Record, Version
from bluegreen.core.release import Release
from bluegreen.core.release_file.encoding import Part, digest, encoded
from bluegreen.settings import parse
from bluegreen_cli import config
from bluegreen_cli.stage import ROOT

BAKE = 3600
_P95, _USUAL = CONTEXT.thresholds.response_time_p95, 250.0
_EVERY = 10  # seconds between two written looks
_SEED = 18
_CLIENTS = 5000
_WATCH = Watch(bake=BAKE, fresh=BAKE)
# How the answers that are not slow are spread over the histogram's buckets, up to a second.
_QUICK = (0.05, 0.25, 0.4, 0.2, 0.07, 0.02, 0.01)


class Kind(NamedTuple):
    """`case`: of `make bench-judge`; `releases`: how many of the hundred."""

    case: str
    requests_per_s: float
    releases: int


KINDS = (
    Kind("clean", 1.0, 15),
    Kind("clean", 10.0, 25),
    Kind("clean", 100.0, 20),
    Kind("tolerated", 10.0, 5),
    Kind("clustered", 10.0, 10),
    Kind("shared 30% 60s", 10.0, 5),
    Kind("shared 5% 300s", 100.0, 3),
    Kind("one client", 10.0, 5),
    Kind("source outage", 10.0, 2),
    Kind("fault 5%", 10.0, 5),
    Kind("fault 20% late", 10.0, 5),
)


class Made(NamedTuple):
    """A release's file, and how its bake ended after so many looks."""

    release: str
    file: bytes
    verdict: Verdict
    looks: int


def made(kinds: tuple[Kind, ...] = KINDS) -> Iterator[Made]:
    number = 0
    for kind in kinds:
        drawn = traces(Batch(Cell(kind.case, kind.requests_per_s), 0, kind.releases, _SEED, clients=_CLIENTS))
        for run in range(kind.releases):
            number += 1
            release = f"web-{number}"
            yield _made(drawn, run, release)


def _made(drawn: Traces, run: int, release: str) -> Made:
    record, bodies, evidence, verdict = _switched(release), list[bytes](), Evidence(), Verdict.WAIT
    for look in _looks(drawn, run, release):
        finding, evidence, _ = judged(look, evidence)
        verdict = finding.verdict
        kept = look.model_copy(update={"verdict": verdict, "says": finding.says})
        record = record.model_copy(update={"judged": kept}).with_release(evidence=evidence)
        if verdict not in (Verdict.WAIT, *HOLDS):
            record = _over(record, verdict, kept)
        bodies.append(_stored(record, look, finding.says, bodies))
        if record.release is None:
            break
    return Made(release, encoded(Part("web", release, 1, tuple(bodies))), verdict, len(bodies))


def _stored(record: Record, look: WrittenLook, says: str, before: list[bytes]) -> bytes:
    version = Version(
        seq=len(before) + 1,
        nonce=f"nonce-{len(before) + 1}",
        previous=digest(before[-1]) if before else "",
        by="ops/watch",
        why=f"watching: {says}",
        at=look.at,
        record=record,
    )
    return version.model_dump_json().encode()


def _switched(release: str) -> Record:
    """Right after the switch."""
    file, _ = parse(config.read(ROOT / "bluegreen.yml"))
    assert file is not None
    record = adopt(file.services["web"])
    at, target = CONTEXT.switched_at, CONTEXT.active
    flying = Release(
        id=release,
        tag="v1.3.0",
        commit="a" * 40,
        requested_at=at,
        phase=Phase.WATCHING,
        phase_since=at,
        wake_at=at,
        target=target,
        previous=target.other,
        switched_at=at,
    )
    return record.model_copy(update={"active": target, "release": flying, "epoch": 1})


def _over(record: Record, verdict: Verdict, look: WrittenLook) -> Record:
    ends = {Verdict.GOOD: Phase.LIVE, Verdict.BAD: Phase.ROLLED_BACK, Verdict.UNPROVEN: Phase.UNPROVEN}
    past = PastRelease(id=look.release, tag="v1.3.0", outcome=ends[verdict], at=look.at, reason=look.says)
    return record.model_copy(update={"release": None}).with_past(past)


def _looks(drawn: Traces, run: int, release: str) -> Iterator[WrittenLook]:
    random = np.random.default_rng((_SEED, run))
    given, reported = 0, int(drawn.reported[run])
    before = _earlier(drawn, run, random)
    pre_switch = summed_up(before, _P95.critical)
    for at in range(_EVERY, BAKE + 300 + 1, _EVERY):
        end = min(at // INTERVAL_SECONDS, reported)
        timed = [_interval(drawn, run, place, random) for place in range(given, end)]
        first, given = given == 0, max(given, end)
        yield WrittenLook(
            release=release,
            at=CONTEXT.switched_at + timedelta(seconds=at),
            active=CONTEXT.active,
            switched_at=CONTEXT.switched_at,
            watch=_WATCH,
            thresholds=CONTEXT.thresholds,
            intervals=tuple(row for row, _ in timed),
            times=tuple(times for _, times in timed),
            usual_p95=_USUAL,
            until=CONTEXT.switched_at + timedelta(seconds=end * INTERVAL_SECONDS),
            pre_switch=pre_switch if first else None,
            earlier=before if first else (),
        )


def _interval(drawn: Traces, run: int, place: int, random: np.random.Generator) -> tuple[Interval, Times]:
    users, bad, probes, probes_bad, idle, idle_bad = (int(column[run, place]) for column in drawn[:6])
    slow, at = int(drawn.users_slow[run, place]), place * INTERVAL_SECONDS
    warm = at >= _WATCH.warm_up
    times = _spread(users, slow, random), _spread(probes, 0, random), _spread(idle, 0, random)
    timed = (sum(side) * warm for side in times)
    row = Interval(
        at, users, bad, next(timed), 0, probes, probes_bad, next(timed), 0, idle, idle_bad, next(timed), 0, 0
    )
    if warm:
        row = slower(row, *times, _P95.critical, max(_P95.warning, _USUAL))
    if drawn.one_client or drawn.clients:
        row = row._replace(client_paths=client_paths(drawn, run, row))
    return row, Times.of(times) if warm else Times()


def _spread(answers: int, slow: int, random: np.random.Generator) -> tuple[int, ...]:
    quick = random.multinomial(max(answers - slow, 0), _QUICK).tolist()
    return (*quick, 0, slow, 0)


def _earlier(drawn: Traces, run: int, random: np.random.Generator) -> tuple[EarlierRow, ...]:
    columns = (column[run].tolist() for column in (drawn.before, drawn.before_failed, drawn.before_slow))
    return tuple(
        EarlierRow(users, bad, _spread(users, slow, random)) for users, bad, slow in zip(*columns, strict=True)
    )
