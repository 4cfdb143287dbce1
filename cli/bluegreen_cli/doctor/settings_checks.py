"""What is written on this machine: bluegreen.yml, .env, and what project.yml makes of both."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bluegreen.core.config import own_secrets
from bluegreen.core.config.check_secrets import PREFIX as CHECK_PREFIX
from bluegreen.core.config.check_secrets import names
from bluegreen.core.config.service import Service
from bluegreen.core.credentials import hidden
from bluegreen.core.errors import BluegreenError
from bluegreen.settings import NAMES, NONE, PREFIX, UNFILLED, load
from bluegreen_cli import layout
from bluegreen_cli.doctor import deployer_env
from bluegreen_cli.doctor.committed import env_in_git
from bluegreen_cli.doctor.findings import Finding, doubt, fault, fine, skipped
from bluegreen_cli.doctor.patient import Patient
from bluegreen_cli.faults import Faulty

_NUDGE = f"{PREFIX}NUDGE_SECRET"  # the platform compares it: `none` would be what everybody can send


def configuration(patient: Patient) -> Iterator[Finding]:
    try:
        services = patient.written["services"]
    except Faulty as error:
        yield from (fault(*_with_its_mend(each)) for each in error.faults)
        return
    yield fine(f"{patient.paths.config}: services {', '.join(services)}")


def _with_its_mend(says: str) -> tuple[str, str]:
    """A value that is left open comes with what fills it in, a file that is not there with what writes one."""
    what, known, mend = says.partition(": `bluegreen ")
    return what, f"`bluegreen {mend}" if known else ""


def env_file(patient: Patient) -> Iterator[Finding]:
    """It may be left out where the environment has everything. What cannot be read is `Faulty`."""
    env = patient.paths.env
    _ = patient.environment
    if not env.is_file() and not any(name in patient.environment for name in NAMES):
        yield fault(f"{env} is not there", "bluegreen setup makes it; by hand: cp .env.example .env, and fill it in")
    if env.is_file() and env.stat().st_mode & 0o077:
        yield doubt(f"{env} can be read by others on this machine", f"chmod 600 {env}")
    if env.is_file():
        yield from env_in_git(env)
        yield from _lines(env)


def _lines(env: Path) -> Iterator[Finding]:
    """A line that sets nothing, and of two of one name the first: both are passed over in silence. No line is told."""
    first: dict[str, int] = {}
    for each in parse_stream(StringIO(_text(env))):
        text = each.original.string
        line = each.original.line + text[: len(text) - len(text.lstrip())].count("\n")  # empty lines stand before it
        if each.error or (each.key is not None and each.value is None):
            yield doubt(f"{env}:{line} is no setting, and is passed over", "NAME=value is wanted there")
        elif each.key is not None:
            if each.key in first:
                yield doubt(f"{env}:{line} sets {each.key} a second time, after line {first[each.key]}", "leave one")
            first.setdefault(each.key, line)


def filled_in(patient: Patient) -> Iterator[Finding]:
    """Settings that still say what .env.example says."""
    for name, value in patient.environment.items():
        if name.startswith(PREFIX) and UNFILLED in value:
            yield fault(f"{name} still holds the {UNFILLED} of .env.example", f"fill it in, in {patient.paths.env}")


def read_by_the_deployer(patient: Patient) -> Iterator[Finding]:
    """A value that two readers read differently reaches the functions as another one than was looked at here."""
    env = patient.paths.env
    if not env.is_file():
        yield skipped(f"settings as deployed: not looked at, because {env} is not there")
        return
    ours, theirs = dotenv_values(env, interpolate=False), deployer_env.parse(_text(env))
    for name in sorted(name for name in ours if name.startswith(PREFIX)):
        here, there = ours[name] or "", theirs.get(name, "")
        if here != there:
            sizes = f"{len(there)} characters, where this command reads {len(here)}"
            yield fault(f"{name}: doctl's deployer reads {sizes}", f"write it in single quotes, in {env}")
        elif "${" in here or "$(" in here:
            yield fault(f"{name}: holds what the deployer takes for a variable", "make another one without a $")


def _text(env: Path) -> str:
    return env.read_text(encoding="utf-8", errors="replace")


def strong(patient: Patient) -> Iterator[Finding]:
    """Secrets that are guessed, or used twice: no function sees all of them. That of nudges may not be left out."""
    known = {*NAMES, *own_secrets.OWN}
    given = {name: value for name, value in patient.environment.items() if name in known and value}
    used = {name: value for name, value in given.items() if value != NONE or name == _NUDGE}
    yield from (fault(why) for why in own_secrets.faults(used))


def of_each_function(patient: Patient) -> Iterator[Finding]:
    for name, given in patient.functions.items():
        try:
            load(patient.written, given, [s.removeprefix(PREFIX).lower() for s in given if s in NAMES])
        except BluegreenError as error:
            yield fault(f"{name}: {error}")
            continue
        yield fine(f"{name}: has its {len(given)} setting{'s' if len(given) != 1 else ''}")


def hardened(patient: Patient) -> Iterator[Finding]:
    if patient.paths.kind == "hardened":
        yield fine(f"layout hardened: no function on the web gets {', '.join(layout.NOT_ON_THE_WEB)}")


def checks_declared(patient: Patient) -> Iterator[Finding]:
    """A release that nothing is asked of passes."""
    for service in patient.services:
        for kind, group in (("health", service.checks.health), ("smoke", service.checks.smoke)):
            if not group.requests:
                yield doubt(f"{kind} checks of {service.name}: there are none, so every release passes them")


def secrets_in_checks(patient: Patient) -> Iterator[Finding]:
    """A copy of bluegreen.yml lies in every function."""
    for service in patient.services:
        yield from _in_headers(service)


def _in_headers(service: Service) -> Iterator[Finding]:
    for check in (*service.checks.health.requests, *service.checks.smoke.requests):
        for name, value in check.headers.items():
            if not names(value) and hidden(f"{name}: {value}") != f"{name}: {value}":
                what = f"checks of {service.name}: {hidden(check.title)} has a secret in {name}"
                yield doubt(what, f"write ${{{CHECK_PREFIX}…}}, and its value into .env")
