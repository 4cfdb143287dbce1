"""What an upgrade or an edit of bluegreen.yml leaves behind: other apps, services in flight, other versions."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bluegreen.clients.store import neighbourhood
from bluegreen.core.environment import Environment
from bluegreen.core.record import Record
from bluegreen.core.upgrading import moved_apps, neighbours
from bluegreen.core.written import program
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine
from bluegreen_cli.doctor.patient import Patient


def apps(patient: Patient) -> Iterator[Finding]:
    """An app that is another than the journal's: the way back is lost, or a release, where it is deployed so."""
    for service in patient.services:
        record = patient.record(service)
        if record is not None:
            yield from (_app(record, service.name, *found) for found in moved_apps.moved(record, service).items())


def _app(record: Record, service: str, environment: Environment, says: str) -> Finding:
    release, what = record.release, f"{service}: {says}"
    if release is not None and release.target is environment:
        return fault(f"{what}, while {release.tag} is {release.phase.value} there", "write the old id again")
    if record.active is environment:
        return doubt(f"{what}, and it is active", "once deployed, nothing new begins until `deploy -p resume:true`")
    return doubt(what, "once deployed, there is nothing to go back to until a release went there")


def services(patient: Patient) -> Iterator[Finding]:
    """A service that was taken out in the middle of a release: nobody would look after it."""
    bucket = patient.bucket(patient.file.state.bucket)
    left = neighbourhood.left_behind(bucket, {*patient.file.services})
    yield from (fault(says, neighbours.to_look_after(service)) for service, says in left.items())


def namespaces(patient: Patient) -> Iterator[Finding]:
    now = datetime.now(UTC)
    crowd = neighbours.crowd(neighbourhood.watchers(patient.bucket(patient.file.state.bucket)), now)
    if crowd:
        yield doubt(crowd, neighbours.TO_LEAVE_ONE)


def versions(patient: Patient) -> Iterator[Finding]:
    """Of the functions that run, by the mark of the newest watch, and of this command, which would deploy its own."""
    marks = neighbourhood.watchers(patient.bucket(patient.file.state.bucket))
    newest = neighbours.young(marks, datetime.now(UTC))[:1]
    for mark in newest:
        what = f"functions: are of Bluegreen {mark.bluegreen}, this command is {program.VERSION}"
        if program.is_newer(mark.bluegreen):
            yield fault(f"{what}, and cannot read all that they write", program.to_install(mark.bluegreen))
        elif mark.bluegreen != program.VERSION:
            yield doubt(what, "bluegreen deploy-functions")
        else:
            yield fine(f"functions: are of Bluegreen {program.VERSION}, as this command")
