"""The two buckets: the journal's, which must never overwrite, and the telemetry's."""

import uuid
from collections.abc import Iterator

from bluegreen.clients.store.objects import self_test
from bluegreen.core.config.traffic import Router
from bluegreen.core.errors import BluegreenError
from bluegreen_cli.doctor.findings import Finding, doubt, failed, fine
from bluegreen_cli.doctor.patient import Patient

_REPORTED_WITHIN = 60.0  # seconds


def state_bucket(patient: Patient) -> Iterator[Finding]:
    """It must refuse to create what is there: else two writers could overwrite each other."""
    where, store = _where(patient), patient.bucket(patient.file.state.bucket)
    try:
        self_test(store, lambda: uuid.uuid4().hex)
    except BluegreenError as error:
        yield failed(where, error)
        return
    yield fine(f"{where}: creates, and refuses to create again")


def versioning(patient: Patient) -> Iterator[Finding]:
    try:
        patient.bucket(patient.file.state.bucket).versioning()
    except BluegreenError as error:
        says = "it does not say whether it keeps versions, which it must not: If-None-Match might then be ignored"
        yield doubt(f"{_where(patient)}: {says} ({error})")


def telemetry_bucket(patient: Patient) -> Iterator[Finding]:
    state = patient.file.state
    where = f"telemetry bucket {state.telemetry_bucket} at {state.endpoint}"
    if state.telemetry_bucket == state.bucket:
        yield doubt(f"{where}: is the state bucket too, so the routers' key can write the journal", "make another one")
    try:
        patient.bucket(state.telemetry_bucket).keys("services/")
    except BluegreenError as error:
        yield failed(where, error)
        return
    yield fine(f"{where}: can be read")


def routers(patient: Patient) -> Iterator[Finding]:
    """Without reports nobody knows whether production follows, and nothing is counted."""
    bucket = patient.bucket(patient.file.state.telemetry_bucket)
    for service in (each for each in patient.services if isinstance(each.traffic, Router)):
        ages = bucket.ages(f"services/{service.name}/telemetry/").values()
        fresh = sum(age <= _REPORTED_WITHIN for age in ages)
        if fresh:
            yield fine(f"routers of {service.name}: {fresh} report")
            continue
        newest = f"the last one {min(ages):.0f} s ago" if ages else "none ever did"
        yield doubt(f"routers of {service.name}: none reports ({newest})", "docs/router.md says how to run one")


def _where(patient: Patient) -> str:
    return f"bucket {patient.file.state.bucket} at {patient.file.state.endpoint}"
