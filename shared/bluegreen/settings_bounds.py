"""Limits on bluegreen.yml that its types do not express: too much, too little, or nothing.

Only the file is held to these. Thresholds and times of releases that are over stay readable as they were written.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bluegreen.core.config.service import Service
from bluegreen.core.config.thresholds import Level, Thresholds, Watch
from bluegreen.core.config.traffic import AppIngress, DnsRecord, LoadBalancer
from bluegreen.settings_faults import Fault

PERCENT = ("error_rate", "cpu", "memory")
_MOST_CHECKS = 10_000
_LONGEST = 30 * 86_400.0  # of a time in `watch`
# Nothing written behind the name would be taken for the section left out.
_WANTED = {
    ("approval",): "is empty: who may approve is wanted, such as {by: [anna]}; {} lets whoever may switch approve",
    ("migrations", "after"): "is empty: a section is wanted, such as {workflow: backfill.yml}",
}


def empty(written: Any) -> Iterator[Fault]:
    services = written.get("services") if isinstance(written, dict) else None
    for name, service in services.items() if isinstance(services, dict) else ():
        for steps, says in _WANTED.items():
            section: Any = service
            for step in steps:
                section = section.get(step, "") if isinstance(section, dict) else ""
            if section is None:
                yield Fault(("services", str(name), *steps), says)


def beyond(services: Mapping[str, Service]) -> Iterator[Fault]:
    for name, service in services.items():
        for at, says in (*_watch(service.watch), *levels(service.thresholds)):
            yield Fault(("services", name, *at), says)
    yield from _in_two_hands(services)


def _in_two_hands(services: Mapping[str, Service]) -> Iterator[Fault]:
    """What two services would both lead, or deploy to: each would set right what the other has done, by the minute."""
    owners: dict[tuple[str, str], str] = {}
    for name, service in services.items():
        for at, what, thing in _in_its_hand(service):
            owner = owners.setdefault((what, thing), name)
            if owner != name:
                yield Fault(("services", name, *at), f"is the {what} of {owner} already: one of its own is wanted")


def _in_its_hand(service: Service) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Where it is named, what it is called, which it is. Components of one app may belong to several services."""
    traffic = service.traffic
    if isinstance(traffic, AppIngress):
        for environment, component in traffic.components.items():
            yield ("traffic", "components"), "component", f"{service.app(environment)}/{component}"
        return
    for environment, settings in service.environments.items():
        yield ("environments", environment.value, "app"), "app", settings.app
    yield ("traffic", "url"), "public address", traffic.url.lower()
    if isinstance(traffic, LoadBalancer):
        yield ("traffic", "load_balancer"), "load balancer", traffic.load_balancer
    if isinstance(traffic, DnsRecord):
        which = str(traffic.record or f"{traffic.name} {traffic.type}")
        yield ("traffic", "record" if traffic.record else "name"), "record", f"{traffic.zone}/{which}"


def _watch(watch: Watch) -> Iterator[Fault]:
    if watch.checks > _MOST_CHECKS:
        yield Fault(("watch", "checks"), f"{_MOST_CHECKS} or less is wanted")
    times = {name: value for name, value in watch if isinstance(value, float)}
    yield from (Fault(("watch", name), "30d or less is wanted") for name, value in times.items() if value > _LONGEST)
    if watch.bake < watch.over:
        yield Fault(("watch", "bake"), f"{watch.over:g}s or more is wanted, as long as `over`")


def levels(thresholds: Thresholds) -> Iterator[Fault]:
    """A share above 100 % is never reached: nothing would ever be alarming."""
    for name, level in thresholds:
        most = 100 if name in PERCENT else None
        if isinstance(level, Level):
            yield from (
                Fault(("thresholds", name, line), f"{value:g} is not allowed: {allowed(most)}")
                for line, value in level
                if not 0 <= value <= (value if most is None else most)
            )


def allowed(most: float | None) -> str:
    return "allowed is 0 or more" if most is None else f"allowed is 0 to {most:g} percent"
