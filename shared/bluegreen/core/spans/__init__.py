"""A release's versions as spans, in OTLP's JSON (opentelemetry.io/docs/specs/otlp, trace.proto).

A span is a stretch of time with a name. The root is the release, from when it was asked for until it was over. Below it
is one for each phase; below that one from each version of the journal in the phase to the next, which says why that one
was written and by whom: where somebody looks for ten minutes and writes six times, five spans show how the time went.
Times are the journal's, in nanoseconds since 1970. In JSON, ids are hex and 64-bit numbers are texts.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from bluegreen.core.config.service import Service
from bluegreen.core.phases import RESTING, SERVING, Phase
from bluegreen.core.record import Version
from bluegreen.core.release import Release

_OK, _ERROR = 1, 2
_INTERNAL = 1  # kind
_GOOD_ENDS = (*SERVING, Phase.RESTORED)


class _Stretch(NamedTuple):
    """A phase: the versions that were written in it, and when it was over."""

    phase: Phase
    versions: list[Version]
    begin: datetime
    end: datetime


def document(service: Service, versions: list[Version]) -> dict[str, Any]:
    """`versions` as clients/store/release_versions gives them: at least one in which the release was in flight."""
    resource = {"service.name": "bluegreen", "bluegreen.service": service.name}
    scope = {"scope": {"name": "bluegreen"}, "spans": [*_spans(service, versions)]}
    return {"resourceSpans": [{"resource": {"attributes": _attributes(resource)}, "scopeSpans": [scope]}]}


def _spans(service: Service, versions: list[Version]) -> Iterator[dict[str, Any]]:
    within = [version for version in versions if version.record.release is not None]
    of = versions[0].record.in_flight.id
    ours = [version for version in within if version.record.in_flight.id == of]
    release, last = ours[-1].record.in_flight, versions[-1]
    outcome = next((past.outcome for past in last.record.past if past.id == of), None)
    trace = _hex(f"{service.name}/{of}", 32)
    root = _hex(f"{trace}/release", 16)
    facts = {**_about(service, release), "bluegreen.outcome": outcome.value if outcome else ""}
    begin = min(release.requested_at, ours[0].at)
    ends = last.at if outcome else ours[-1].at
    yield _span(trace, root, "", f"release {release.tag}", begin, ends, facts, outcome in _GOOD_ENDS or not outcome)
    for number, stretch in enumerate(_stretches(ours, ends)):
        name = stretch.phase.value
        own = _hex(f"{root}/{number}/{name}", 16)
        fine = outcome in _GOOD_ENDS or not outcome or stretch.end != ends
        yield _span(trace, own, root, name, stretch.begin, stretch.end, {"bluegreen.phase": name}, fine)
        yield from _looks(trace, own, stretch)


def _stretches(ours: list[Version], ends: datetime) -> Iterator[_Stretch]:
    grouped: list[list[Version]] = []
    for version in ours:
        same = grouped and grouped[-1][-1].record.in_flight.phase is version.record.in_flight.phase
        grouped[-1].append(version) if same else grouped.append([version])
    for group, following in pairwise([*grouped, []]):
        release = group[-1].record.in_flight
        if release.phase not in RESTING:
            end = following[0].record.in_flight.phase_since if following else ends
            yield _Stretch(release.phase, group, release.phase_since, end)


def _looks(trace: str, phase: str, stretch: _Stretch) -> Iterator[dict[str, Any]]:
    """From one version to the next; a version says why it was written, and by whom."""
    for before, version in pairwise(stretch.versions):
        facts = {"bluegreen.by": version.by, "bluegreen.why": version.why, "bluegreen.version": str(version.seq)}
        yield _span(trace, _hex(f"{trace}/{version.seq}", 16), phase, version.by, before.at, version.at, facts, True)


def _about(service: Service, release: Release) -> dict[str, str]:
    return {
        "bluegreen.release": release.id,
        "bluegreen.environment": release.target.value if release.target else "",
        "bluegreen.asked_by": release.by,
        "vcs.ref.head.name": release.tag,
        "vcs.ref.head.revision": release.commit,
        "vcs.repository.name": service.repository,
    }


def _span(
    trace: str, own: str, parent: str, name: str, begin: datetime, end: datetime, facts: dict[str, str], fine: bool
) -> dict[str, Any]:
    return {
        "traceId": trace,
        "spanId": own,
        **({"parentSpanId": parent} if parent else {}),
        "name": name,
        "kind": _INTERNAL,
        "startTimeUnixNano": _nanoseconds(begin),
        "endTimeUnixNano": _nanoseconds(max(begin, end)),
        "attributes": _attributes(facts),
        "status": {"code": _OK if fine else _ERROR},
    }


def _attributes(facts: dict[str, str]) -> list[dict[str, Any]]:
    return [{"key": name, "value": {"stringValue": value}} for name, value in facts.items() if value]


def _nanoseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1_000_000) * 1000)


def _hex(of: str, digits: int) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:digits]
