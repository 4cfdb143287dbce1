"""Acts: what one would do is said, a person confirms, a function does it.

What is said comes from the page's actions, so that page and terminal never promise different things. Between the
question and the call something else may happen: what was shown is computed anew, and where it differs nothing is done.
"""

import sys
from collections.abc import Mapping
from datetime import datetime
from getpass import getuser
from typing import NamedTuple

import typer

from bluegreen.core import admission, outline
from bluegreen.core.admission import ReleaseRequest
from bluegreen.core.config.service import Service
from bluegreen.core.errors import BadRequest, BluegreenError, Refused
from bluegreen.core.inbound import parameters
from bluegreen.core.orders import Outcome
from bluegreen.core.record import Record
from bluegreen.core.release import PERSON
from bluegreen.core.rollback import native, target
from bluegreen.page.actions import actions
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.terminal import calling
from bluegreen_cli.terminal.exits import Exit, Unconfirmed
from bluegreen_cli.terminal.own_commands import with_own_commands
from bluegreen_cli.terminal.place import Place


class Act(NamedTuple):
    """`key` as the page's actions have it; `function` and `parameters` are what is called."""

    key: str
    function: str
    parameters: Mapping[str, str]

    @property
    def command(self) -> str:
        given = "".join(f" {name}:{value}" for name, value in self.parameters.items() if name not in ("by", "reason"))
        return f"{self.function}{given}"


class Effect(NamedTuple):
    """What an act would do. `done`: it is so already, so nothing has to be asked."""

    rows: tuple[tuple[str, str], ...]
    stamp: str
    done: str = ""


def me() -> str:
    """Who is at the keyboard, as far as this machine knows."""
    try:
        return getuser()
    except (OSError, KeyError):
        return ""


def is_asked() -> bool:
    """Somebody is there to answer."""
    return sys.stdin.isatty()


def act(place: Place, name: str, meant: Act, yes: bool, as_json: bool) -> None:
    """Exit status 0 where the function says that it is done."""
    if empty := [each for each in ("tag", "to") if meant.parameters.get(each, None) == ""]:
        raise Faulty([f"{empty[0]} is empty: a release's tag is wanted, such as v1.2.0"])
    service = place.service(name or None)
    meant = meant._replace(parameters={"service": service.name, **{k: v for k, v in meant.parameters.items() if v}})
    calling.key_for(place, meant.function, meant.parameters)
    shown = _shown(place, service, meant, yes, as_json)
    if shown is not None and shown.done:
        _end(True, shown.done, "nothing", as_json)
    if not yes:
        _confirm(meant, service)
        if shown is not None and _effect(place, service, meant).stamp != shown.stamp:
            raise Refused("nothing was done: meanwhile something else has happened; ask again, and read what is said")
    answer = calling.call(place, meant.function, meant.parameters)
    _end(bool(answer.get("ok")), str(answer["what"]), str(answer.get("next") or "nothing"), as_json, answer)


def _end(ok: bool, what: str, step: str, as_json: bool, answer: Mapping[str, object] | None = None) -> None:
    code = Exit.DONE if ok else Exit.REFUSED
    if as_json:
        screen.document({"ok": ok, "what": what, "next": step, **(answer or {}), "exit": code.value})
    else:
        screen.tell(with_own_commands(what))
        screen.tell(f"next: {with_own_commands(step)}")
    raise typer.Exit(code.value)


def _shown(place: Place, service: Service, meant: Act, yes: bool, as_json: bool) -> Effect | None:
    """None where it cannot be read: with --yes that keeps nobody from acting."""
    try:
        effect = _effect(place, service, meant)
    except (BluegreenError, Faulty) as error:
        if isinstance(error, Refused | BadRequest) or not yes:
            raise
        screen.tell(f"what it would do could not be read: {error}", err=True)
        return None
    if not effect.done:
        screen.say(f"{meant.key} {service.name}:", err=as_json or not yes)
        screen.rows(effect.rows, err=as_json or not yes)
    return effect


def _confirm(meant: Act, service: Service) -> None:
    if not is_asked():
        raise Unconfirmed("nothing was done: there is no terminal to ask on; --yes says that it is meant")
    if not typer.confirm(f"{meant.key} {service.name}?", err=True):
        raise Unconfirmed("nothing was done")


def _effect(place: Place, service: Service, meant: Act) -> Effect:
    if not place.has_store_key:
        rows = (("Does", f"`{meant.command}`"), ("Effect", "not read: without a Spaces key in .env nothing says it"))
        return Effect(rows, "")
    record = place.newest(service).record
    if meant.key == "deploy":
        return _of_deploy(place, service, record, meant)
    action = next((each for each in actions(record, service, place.clock.now()) if each.key == meant.key), None)
    if meant.key == "rollback" and (action is None or not action.possible or set(meant.parameters) & {"to", "native"}):
        return _of_another_rollback(record, service, meant, place.clock.now())
    if action is None or not action.possible:
        raise Refused(action.why_not if action is not None else f"{meant.key} is not possible now")
    return Effect(action.effect, action.stamp)


def _of_another_rollback(record: Record, service: Service, meant: Act, now: datetime) -> Effect:
    """By App Platform, or to an earlier release."""
    if to := meant.parameters.get("to"):
        outcome = target.go_back(record, service, to, PERSON, now)
        if not outcome.ok:
            raise Refused(f"{outcome.says}{f'; {outcome.next_step}' if outcome.next_step else ''}")
        return Effect(
            (("Target", f"production goes back to {to}: at once where it stands, else through its checks"),), to
        )
    if "native" in meant.parameters:
        before = native.native_target(record, service, wanted=True)
        if isinstance(before, str):
            raise Refused(f"App Platform's own rollback of {record.active.value} cannot help: {before}")
        active = f"App Platform takes {record.active.value} back to {before.tag} itself, in minutes"
        return Effect((("Target", active),), f"{record.epoch} {before.tag}")
    way = outline.way_back(record, service)
    if way == "under way":
        return Effect((), "", f"{record.in_flight.tag} is being rolled back already")
    if not way.startswith("to "):
        raise Refused(way.removeprefix("none: "))
    return Effect((("Target", f"production goes {way}"),), f"{record.epoch} {way}")


def _of_deploy(place: Place, service: Service, record: Record, meant: Act) -> Effect:
    """As the function would decide on what is known now; GitHub is asked only there."""
    given = dict(meant.parameters)
    purpose = parameters.purpose(given)
    options = service.options_of(parameters.options(given, service.options), purpose.leads_back)
    at_once = parameters.boolean("now", given.get("now", "false"))
    request = ReleaseRequest(given["tag"], "", options, PERSON, purpose=purpose, now=at_once)
    outcome = admission.admit(record, service, request, place.clock.now())
    if not outcome.ok:
        raise Refused(f"{outcome.says}{f'; {outcome.next_step}' if outcome.next_step else ''}")
    return Effect(tuple(_deploy_rows(service, record, given["tag"], outcome, purpose.restore, options.auto_switch)), "")


def _deploy_rows(
    service: Service, record: Record, tag: str, outcome: Outcome, restores: bool, switches: bool
) -> list[tuple[str, str]]:
    idle, active = record.on(record.idle).tag or outline.UNKNOWN, record.on(record.active).tag or outline.UNKNOWN
    after = "production moves to it by itself, and it is watched" if switches else "`bluegreen switch` moves production"
    if restores:
        after = "it stands by as the way back; production does not move"
    health, smoke = len(service.checks.health.requests), len(service.checks.smoke.requests)
    return [
        ("Target", f"{tag} goes to {record.idle.value}, in place of {idle}; production stays on {active} meanwhile"),
        ("Begins", outcome.says.replace(f"{tag} accepted", "at once")),
        ("Checks", f"{health} of health, {smoke} of smoke"),
        ("Afterwards", after),
        ("Rollback", f"until {tag} has passed its checks there is no going back to {idle}"),
    ]
