"""Small records: what no decision depends on is left out, so that equal situations compare equal."""

from collections.abc import Iterator

from bluegreen.core import admission, orders, progress
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.options import Options
from bluegreen.core.environment import Environment, EnvironmentState
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from bluegreen.core.pointing import adopt
from bluegreen.core.record import PastRelease, Record
from bluegreen.core.release import Claim, Deployment, Evidence, Release
from bluegreen.core.table import TABLE
from bluegreen.core.totals import Totals
from bluegreen.steps import deploying, requested, switching
from tests.build import NOW, later, service

SERVICE = service(notify=[])
TAGS = ("v1.3.0", "v1.4.0", "v1.5.0")
COMMITS = {tag: str(number) * 40 for number, tag in enumerate(("v1.1.0", "v1.2.0", *TAGS), start=1)}
CLAIM_UNTIL = later(60)
_PERSONS = (Verdict.STOP, Verdict.BACK)


def first() -> Record:
    return small(adopt(SERVICE))


def small(record: Record) -> Record:
    """What decides, and nothing else."""
    return record.model_copy(
        update={
            "epoch": 0,
            "environments": {e: _environment(record.on(e)) for e in Environment},
            "release": record.release and _release(record.release),
            "queued": record.queued and record.queued.model_copy(update={"asked_at": NOW, "by": ""}),
            "last_number": 1,
            "last_notice": 0,
            "quarantine": dict.fromkeys(sorted(record.quarantine), ""),
            "quarantined_images": {},
            "served": {},
            "outbox": (),
            "deliveries": (),
            "threads": {},
            "totals": Totals(),
            "judged": None,
            "past": _past(record),
        }
    )


def asked(record: Record) -> Iterator[tuple[str, Record]]:
    """Everything that people and webhooks may ask for."""
    for tag in TAGS:
        yield f"webhook {tag}", _requested(record, tag, "d", True)
        yield f"deploy {tag}", _requested(record, tag, "", True)
    yield f"deploy {TAGS[0]} without auto_switch", _requested(record, TAGS[0], "", False)
    yield "switch", orders.switch(record, SERVICE, NOW).record
    yield "abort", orders.abort(record, SERVICE, "a person", NOW).record
    yield "rollback", orders.rollback(record, SERVICE, "a person", NOW).record
    if record.release and record.release.phase is Phase.DEPLOYING:
        yield "rollback, cancelled", orders.rollback(record, SERVICE, "a person", NOW, cancelled=True).record


def claimed(record: Record, owner: str) -> Record:
    return record.with_release(claim=Claim(owner=owner, until=CLAIM_UNTIL))


def intended(record: Record) -> Record:
    return record.with_release(deployment=Deployment(intended_at=NOW))


def moved(record: Record) -> Record:
    return switching._moved(record, NOW)


def found(record: Record, posted: bool) -> Iterator[tuple[str, Record]]:
    """Everything that a look may find in the phase, by the real judges and the real table."""
    release = record.in_flight
    if release.phase is Phase.REQUESTED:
        gates = requested.RequestObservation(requested.target_of(release, record), COMMITS[release.tag], "", "", "", "")
        for name, gate in (("gates", gates), ("no such tag", gates._replace(commit=""))):
            yield name, _advanced(*requested.judge(record, gate, SERVICE, NOW))
        return
    if release.phase is Phase.DEPLOYING:
        for phase in ("ACTIVE", "ERROR", "SUPERSEDED", "BUILDING") if posted else ():
            seen = deploying.DeploymentObservation("dep", phase, None, "")
            yield phase, _advanced(*deploying.judge(record, seen, SERVICE, NOW))
        yield "too late", _advanced(record, Finding(verdict=Verdict.BAD, says=""))
        return
    for row in TABLE:
        if (
            row.phase is release.phase
            and row.verdict not in (Verdict.STOP, Verdict.BACK)
            and _may(release, row.verdict)
        ):
            yield row.verdict.value, _advanced(record, Finding(verdict=row.verdict, says=""))


def _may(release: Release, verdict: Verdict) -> bool:
    """Nobody finds *good* in ready before somebody wants the switch, nor in switching before it was made."""
    if release.phase is Phase.READY and verdict is Verdict.GOOD:
        return release.go or release.options.auto_switch
    return release.phase is not Phase.SWITCHING or release.switched_at is not None


def _advanced(record: Record, finding: Finding) -> Record:
    after = progress.advance(record, finding, SERVICE, "x", NOW)
    same = after.release is not None and record.release is not None and after.release.phase is record.release.phase
    return (
        after.with_release(claim=None) if same and after.release and after.release.id == record.in_flight.id else after
    )


def _requested(record: Record, tag: str, delivery: str, auto_switch: bool) -> Record:
    order = ReleaseRequest(
        tag, COMMITS[tag], Options(auto_switch=auto_switch), "a push" if delivery else "a person", delivery
    )
    return admission.admit(record, SERVICE, order, NOW).record


def _environment(state: EnvironmentState) -> EnvironmentState:
    left_out: dict[str, object] = {"since": None, "free_at": None, "before": None}
    if state.unsettled is not None:
        ran = state.unsettled.ran and _environment(state.unsettled.ran)
        left_out["unsettled"] = state.unsettled.model_copy(update={"ran": ran})
    return state.model_copy(update=left_out)


def _release(release: Release) -> Release:
    changes: dict[str, object] = {"id": "web-1", "requested_at": NOW, "phase_since": NOW, "wake_at": NOW, "by": ""}
    changes |= {
        "history": (),
        "reason": "",
        "evidence": Evidence(),
        "troubles": 0,
        "troubled_since": None,
        "trouble_told": False,
    }
    changes |= {"switched_at": release.switched_at and NOW}
    if release.deployment:
        changes["deployment"] = Deployment(intended_at=NOW, id=release.deployment.id, ended=release.deployment.ended)
    return release.model_copy(update=changes)


def _past(record: Record) -> tuple[PastRelease, ...]:
    """The newest of each tag: nothing asks for more."""
    newest = {past.tag: past for past in reversed(record.past)}
    kept = [newest[tag] for tag in sorted(newest)]
    return tuple(past.model_copy(update={"id": "web-0", "at": NOW, "reason": ""}) for past in kept)
