"""The environments and the journal: are both healthy, is there a way back, does a release hang?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bluegreen.clients.web import compared
from bluegreen.core import outline, progress
from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine
from bluegreen_cli.doctor.patient import Patient

_LATE = timedelta(minutes=5)  # beyond a deadline, which a watch would have kept within a minute


def healthy(patient: Patient) -> Iterator[Finding]:
    """Its health checks, once. What fails on the idle one today fails at its next release, or in a rollback."""
    for service in patient.services:
        for environment in Environment:
            yield from _health(patient, service, environment)


def _health(patient: Patient, service: Service, environment: Environment) -> Iterator[Finding]:
    record, serves = patient.record(service), patient.active(service) is environment
    tag = record.on(environment).tag if record else getattr(service.adopt, environment.value)
    what = f"{environment.value} of {service.name}"
    for check in service.checks.health.requests:
        wrong = compared(check, patient.web.check(service.url(environment), check).answer, tag)
        if wrong:
            says = f"{what}: {wrong}"
            yield fault(says) if serves else doubt(f"{says}; it could not take over")
            return
    if service.checks.health.requests:
        yield fine(f"{what}: passes its health checks")


def way_back(patient: Patient) -> Iterator[Finding]:
    for service in patient.services:
        record = patient.record(service)
        if record is None:
            continue
        if record.lost:
            yield fault(f"journal of {service.name}: {record.lost}", f"bluegreen recover --service {service.name}")
            continue
        says = outline.way_back(record, service)
        what = f"a rollback of {service.name}: {says}"
        yield doubt(what) if says.startswith(("nothing", "none")) else fine(what)


def under_way(patient: Patient) -> Iterator[Finding]:
    """The watch ends what takes too long. What is far beyond its deadline says that no watch runs."""
    for service in patient.services:
        record = patient.record(service)
        until = progress.deadline(record.release, service) if record and record.release else None
        if record is None or record.release is None or until is None:
            continue
        what = f"{record.release.tag} of {service.name}: is {record.release.phase.value}"
        if datetime.now(UTC) > until + _LATE:
            late = f"{what}, and should have ended at {until:%H:%M} UTC: no watch runs"
            yield fault(late, "doctl serverless functions invoke ops/watch, and look at its trigger")
        else:
            yield fine(what)
