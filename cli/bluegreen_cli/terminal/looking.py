"""status, history, show and logs: what the journal knows, read with the Spaces key; nothing is written."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from enum import Enum
from typing import Any

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.core import advice, outline, progress
from bluegreen.core.config.service import Service
from bluegreen.core.config.signals import RouterSignal
from bluegreen.core.credentials import hidden
from bluegreen.core.errors import NotFound, Refused
from bluegreen.core.judge.telemetry import NoData
from bluegreen.core.record import Record
from bluegreen.core.release import Release
from bluegreen.page import viewing
from bluegreen.page.actions import actions
from bluegreen.page.viewing import Seen, Telling
from bluegreen.signals.router import RouterSignals
from bluegreen_cli import direct, screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal import calling, releases, told
from bluegreen_cli.terminal.place import Place
from bluegreen_cli.terminal.releases import FoundRelease

_WATCH_EVERY = 2.0  # seconds
_LINES = 200  # of a log


class Kind(Enum):
    """Of a log of App Platform."""

    BUILD = "build"
    DEPLOY = "deploy"
    RUN = "run"


def status(place: Place, name: str, as_json: bool) -> None:
    """By the Spaces key; without one the function `status` is asked."""
    services = place.asked(name or None)
    if not place.has_store_key:
        _by_function(place, name, as_json)
    elif as_json:
        screen.document(direct.run("status", place.written, place.environment, {"service": name} if name else {}))
    else:
        for service in services:
            _show_service(place, service)


def watch(place: Place, name: str, as_json: bool, seconds: float) -> None:
    """Again and again, until the time is over or Ctrl-C; nothing is shown twice."""
    ends, shown = place.clock.seconds() + seconds, ""
    while True:
        versions = [place.newest(service) for service in place.asked(name or None)]
        stamp = json.dumps([(version.service, version.seq) for version in versions])
        if stamp != shown and as_json:
            screen.document([_short(version.record, version.seq) for version in versions], one_line=True)
        if stamp != shown and not as_json:
            screen.clear()
            status(place, name, False)
        shown = stamp
        left = ends - place.clock.seconds()
        if left <= 0:
            return
        time.sleep(min(_WATCH_EVERY, left))


def _short(record: Record, seq: int) -> dict[str, Any]:
    release = record.release
    going = {"tag": release.tag, "phase": release.phase.value, "reason": release.reason} if release else None
    active = {"active": record.active.value, "tag": record.on(record.active).tag}
    return {"service": record.service, "version": seq, **active, "release": going}


def _by_function(place: Place, name: str, as_json: bool) -> None:
    answer = calling.call(place, "status", {"service": name} if name else {})
    if as_json:
        screen.document(answer)
    else:
        screen.tell(str(answer.get("what", "")))
        screen.tell(f"next: {answer.get('next', '')}")


def _show_service(place: Place, service: Service) -> None:
    version = place.newest(service)
    cloud, record, now = place.cloud(service), version.record, place.clock.now()
    last = releases.last(cloud.journal, version)
    seen = Seen(version, service, last, telling(place, service), now)
    next_step = _undo(record, service, now)
    if (release := record.release) is not None:
        next_step = advice.next_step(record, service, progress.deadline(release, service), now)
    told.service(
        viewing.service_view(seen), outline.way_back(record, service), next_step, calling.KEY in place.environment
    )


def _undo(record: Record, service: Service, now: datetime) -> str:
    """Where the last rollback may have been a mistake, and can be undone at once."""
    undo = next(each for each in actions(record, service, now) if each.key == "undo")
    if not undo.possible:
        return ""
    command, target = advice.invoke("rollback", service.name, undo="true"), dict(undo.effect).get("Target", "")
    return f"was the rollback a mistake? {command}: {target}"


def telling(place: Place, service: Service) -> Telling | NoData:
    """What the routers have counted."""
    if not any(isinstance(signal, RouterSignal) for signal in service.signals):
        return NoData("no router is among this service's signals")
    found = RouterSignals(service, place.clients.telemetry).read(place.clock.now())
    return found if isinstance(found, NoData) else Telling(found.blocks, found.until)


def history(place: Place, name: str, as_json: bool) -> None:
    records = [place.newest(service).record for service in place.asked(name or None)]
    if as_json:
        screen.document([fact for record in records for fact in told.past_facts(record)])
    else:
        for record in records:
            told.history(record)


def show(place: Place, named: str, name: str, as_json: bool) -> None:
    service = place.service(name or None)
    found = _found(place, service, named)
    made = told.steps(found)
    if as_json:
        screen.document(told.release_facts(service.name, found, made))
    else:
        told.release(service.name, found, made, place.clock.now())


def _found(place: Place, service: Service, named: str) -> FoundRelease:
    return releases.find(place.cloud(service).journal, place.newest(service), named)


def logs(place: Place, named: str, name: str, kinds: list[str], as_json: bool) -> None:
    """What App Platform logged of the release's deployment."""
    service = place.service(name or None)
    found = _found(place, service, named)
    app, deployment = _deployed(place, service, found)
    if not place.settings.secrets.digitalocean_token:
        command = f"doctl apps logs {app} --deployment {deployment} --type build"
        raise Faulty([f"BLUEGREEN_DIGITALOCEAN_TOKEN is not set, so ask with yours: {command} (or deploy, or run)"])
    said = {
        kind: _log(place.clients.digitalocean, app, deployment, kind) for kind in kinds or [each.value for each in Kind]
    }
    if as_json:
        screen.document({"service": service.name, "tag": found.tag, "app": app, "deployment": deployment, "logs": said})
        return
    for kind, lines in said.items():
        screen.headline(f"{service.name} {screen.line(found.tag, 40)}, {kind} of deployment {deployment}", "")
        for each in lines or ["  nothing was logged"]:
            screen.say(each)


def _deployed(place: Place, service: Service, found: FoundRelease) -> tuple[str, str]:
    """The app and the deployment of a release."""
    release = found.release
    if release is not None and release.deployment is not None and release.deployment.id and release.target:
        return service.app(release.target), release.deployment.id
    record = place.newest(service).record
    for environment, state in record.environments.items():
        if state.tag == found.tag and state.deployment:
            return service.app(environment), state.deployment
    raise NotFound(f"no deployment of {found.tag[:60]} is known: {_why_none(release)}")


def _why_none(release: Release | None) -> str:
    return "it has not come that far" if release is not None else "its steps are not kept any more"


def _log(api: DigitalOcean, app: str, deployment: str, kind: str) -> list[str]:
    """A phase that was never reached has no log."""
    with suppress(NotFound, Refused):
        return [*_bare(api.build_log(app, deployment, kind.upper(), _LINES))]
    return []


def _bare(lines: list[str]) -> Iterator[str]:
    """Without credentials, which may stretch over lines."""
    yield from hidden("\n".join(lines)).splitlines()
