"""Where production is led today: does it answer, can the setting be read, and will it hurt one day?"""

from collections.abc import Iterator

from bluegreen.core.config.checks import Check
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BluegreenError
from bluegreen.traffic import TrafficDriver, Unknown, driver_for
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine
from bluegreen_cli.doctor.patient import Patient
from bluegreen_emulator.memory_objects import MemoryObjects

_TO_ANSWER = 10.0  # seconds


def answers(patient: Patient) -> Iterator[Finding]:
    for service in patient.services:
        url = service.traffic.url
        path = next((check.get for check in service.checks.health.requests if check.get), "/")
        answer = patient.web.check(url, Check(get=path, timeout=_TO_ANSWER)).answer
        if answer.error:
            what = f"production of {service.name}: {url}{path} gives no answer: {answer.error}"
            yield doubt(f"{what}; nothing has been released yet") if _is_new(patient, service) else fault(what)
        elif answer.status >= 500:
            yield fault(f"production of {service.name}: {url}{path} answers {answer.status}")
        else:
            yield fine(f"production of {service.name}: {url}{path} answers {answer.status}")


def _is_new(patient: Patient, service: Service) -> bool:
    """Before the first function ran the domain may still have to be led to the router."""
    try:
        return patient.record(service) is None
    except BluegreenError:
        return False


def adopted(patient: Patient) -> Iterator[Finding]:
    """It counts on the first day only: what it says wrong sends the first rollback to the wrong place."""
    for service in (each for each in patient.services if patient.record(each) is None):
        serves = _driver(patient, service).current()
        says = service.adopt.active
        if isinstance(serves, Unknown):
            continue
        if serves is not says:
            yield fault(f"{service.name}: adopt.active is {says.value}, and {serves.value} answers production")
        else:
            yield fine(f"{service.name}: adopt.active is {says.value}, which answers production")


def setting(patient: Patient) -> Iterator[Finding]:
    """Of each service whose switch is a setting at DigitalOcean."""
    for service in patient.services:
        driver = _driver(patient, service)
        if not driver.follows_journal:
            yield from _of(service, driver)


def _of(service: Service, driver: TrafficDriver) -> Iterator[Finding]:
    what = f"traffic of {service.name}"
    try:
        found, doubts = driver.setting(), driver.doubts()
    except BluegreenError as error:
        yield fault(f"{what}: {error}")
        return
    answered = driver.current()
    if isinstance(answered, Unknown):
        doubts.append(f"{service.traffic.url} does not say which environment answers: {answered.why}")
    if found is not None:
        yield fine(f"{what}: {found.says}")
    yield from (doubt(f"{what}: {why}") for why in doubts)


def _driver(patient: Patient, service: Service) -> TrafficDriver:
    return driver_for(service, patient.web, MemoryObjects(), patient.digitalocean)
