"""The seven states of the page, each reached by real steps where steps can reach it."""

from collections.abc import Callable
from typing import Any

from bluegreen.core import progress
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.phases import Phase
from tests.page.served import PageLaptop

FAULT = {"share": 0.2, "when": "production"}


def empty() -> PageLaptop:
    laptop = PageLaptop()
    laptop.invoke("status")
    return laptop


def checking() -> PageLaptop:
    laptop = lived()
    laptop.push("v1.4.0")
    laptop.until(Phase.SMOKING)
    return laptop


def watching() -> PageLaptop:
    laptop = lived(watch={"checks": 10, "over": "3m", "bake": "10m", "every": "5s"})
    laptop.push("v1.4.0")
    laptop.until(Phase.WATCHING)
    laptop.clock.move(seconds=75)
    laptop.invoke("ops/watch", {"source": "schedule"})
    return laptop


def rolled_back() -> PageLaptop:
    laptop = lived()
    laptop.push("v1.4.0", fault=FAULT)
    laptop.rest()
    return laptop


def stuck() -> PageLaptop:
    laptop = lived()
    laptop.push("v1.4.0", fault=FAULT)
    laptop.until(Phase.ROLLING_BACK)
    record, service = laptop.record(), laptop.settings.service("web")
    finding = Finding(verdict=Verdict.BAD, says="after 10 min production still answers from blue: the way back failed")
    laptop.appended(progress.advance(record, finding, service, "rollback", laptop.clock.now()), "the deadline")
    return laptop


def unreachable() -> PageLaptop:
    laptop = watching()
    laptop.state.away = True
    return laptop


def many() -> PageLaptop:
    names = [f"service-{number:03d}" for number in range(1, 200)]
    laptop = PageLaptop(names)
    live, others = lived().record(), {7: rolled_back().record(), 3: watching().record(), 31: checking().record()}
    for number, name in enumerate(("web", *names)):
        base = others.get(number % 50, live)
        laptop.appended(base.model_copy(update={"service": name}))
    return laptop


def lived(**changes: Any) -> PageLaptop:
    """v1.3.0 is live on green, v1.2.0 on blue is the way back."""
    laptop = PageLaptop(**changes)
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.clock.move(minutes=47)
    return laptop


STATES: dict[str, Callable[[], PageLaptop]] = {
    "empty": empty,
    "checks-running": checking,
    "watching": watching,
    "rolled-back": rolled_back,
    "stuck": stuck,
    "store-unreachable": unreachable,
    "200-services": many,
}


def prepared(name: str) -> PageLaptop:
    """A state, with telemetry that is not the same all the time."""
    laptop = STATES[name]()
    laptop.noise = name not in ("empty", "200-services")
    return laptop
