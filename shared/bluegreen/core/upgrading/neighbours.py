"""Whoever else is in the state bucket: another namespace's watch, and services that nobody looks after. Pure.

Each watch leaves a mark with its namespace, its version and the time, every five minutes. A mark of another namespace
that is younger than three of its periods says that two watch over one journal: no release is lost by it, for the
journal takes one write of two; but two bluegreen.yml may differ, and then who decides is chance.
"""

from datetime import datetime, timedelta

from bluegreen.core.model import Frozen, Time
from bluegreen.core.record import Record

MARKS = "watchers/"
SERVICES = "services/"
PERIOD = 5  # minutes
_YOUNG = timedelta(minutes=3 * PERIOD)


class Watcher(Frozen):
    """The mark that a watch leaves. `bluegreen`: the version of the functions."""

    namespace: str
    bluegreen: str = ""
    at: Time

    @property
    def key(self) -> str:
        return f"{MARKS}{self.namespace}.json"


def young(marks: list[Watcher], now: datetime) -> list[Watcher]:
    """Of watches that run today, the newest first."""
    return sorted((mark for mark in marks if now - mark.at < _YOUNG), key=lambda mark: mark.at, reverse=True)


def crowd(marks: list[Watcher], now: datetime) -> str:
    """That two namespaces watch over one bucket; "" where one does."""
    names = sorted({mark.namespace for mark in young(marks, now)})
    return f"namespaces {' and '.join(names)} watch over this bucket: who decides is chance" if len(names) > 1 else ""


TO_LEAVE_ONE = "`doctl serverless namespaces list` shows both: `doctl serverless namespaces delete` the one too many"


def left_behind(record: Record) -> str:
    """That a service which bluegreen.yml does not have is in the middle of a release; "" where it is at rest."""
    waits = record.release or record.queued
    if waits is None:
        return ""
    phase = record.release.phase.value if record.release else "waiting"
    return f"{record.service} is not in bluegreen.yml, and {waits.tag} of it is {phase}: nobody looks after it"


def to_look_after(service: str) -> str:
    return (
        f"write `{service}:` in bluegreen.yml again and `bluegreen deploy-functions`; "
        "take it out once `bluegreen status` says that nothing is in flight"
    )


def shared_app(record: Record, apps: set[str]) -> str:
    """The app that another service's journal has too; "" where there is none."""
    return next((state.app for state in record.environments.values() if state.app in apps), "")


def renamed(service: str, before: str, app: str) -> str:
    return f"{service} has no journal yet, and the one of {before} knows app {app}: was {before} renamed?"


def to_rename(service: str, before: str) -> str:
    return (
        f"write `{before}:` again in bluegreen.yml; or, once nothing of it is in flight and you have looked at where "
        f"production goes: `bluegreen recover --service {service} --active blue` (or green)"
    )
