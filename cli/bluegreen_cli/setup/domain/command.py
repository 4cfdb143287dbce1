"""The command `bluegreen setup domain`: look, say what would be done, ask before each act, look again."""

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import typer

from bluegreen.core.config.traffic import Router
from bluegreen.core.errors import BluegreenError, Refused, Stale
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.setup.doing import Work
from bluegreen_cli.setup.domain.plan import plan
from bluegreen_cli.setup.domain.seen import App, Goal, domains, look, phase
from bluegreen_cli.setup.plan_apps import found_app
from bluegreen_cli.setup.steps import Act, Step

_EACH = 10.0  # seconds between two looks at the certificate
_LOOKS = 30  # of one act: five minutes, and then it is asked again
_ACTS = 20  # of one run; more would be going round in circles


class Asked(NamedTuple):
    """`back`: the environment whose app gets the domain again, "" for the router's."""

    resolver: str
    back: str = ""
    yes: bool = False
    plan_only: bool = False
    as_json: bool = False


def run(
    work: Work, asked: Asked, confirm: Callable[[str], bool], tell: Callable[[str], None] = screen.say_line
) -> list[Step]:
    """The plan at the end: what is left of it."""
    done = 0
    while True:
        goal, steps = planned(work, asked)
        step = next((each for each in steps if each.to_do), None)
        if done == 0 and not asked.as_json:
            for each in steps:
                tell(each.line)
        if step is None or asked.plan_only:
            _end(steps, done, asked, tell)
            return steps
        if done >= _ACTS:
            raise Faulty([f"{step.what}: is still to do after {done} acts: `bluegreen setup domain --plan` says more"])
        if not confirm(f"{step.what} ({step.why})"):
            raise Faulty(["nothing more was done; run it again and it goes on from there"])
        tell(f"… {step.what}")
        DOING[step.key](work, goal, step.of)
        done += 1


def planned(work: Work, asked: Asked) -> tuple[Goal, list[Step]]:
    apps = work.out.listed("/v2/apps", "apps")
    goal = _goal(work, apps, asked.back)
    return goal, plan(goal, look(goal, apps, work.out, asked.resolver, _path(work)))


def _goal(work: Work, apps: list[App], back: str) -> Goal:
    service = next((each for each in work.wanted.services if isinstance(each.traffic, Router)), None)
    if service is None:
        raise Faulty(["no service of bluegreen.yml is led by the router: the domain stays where it is"])
    name = urlsplit(service.traffic.url).hostname or ""
    if back:
        app = next((a for a in work.wanted.apps if a.service is service and back in a.sides), None)
        work.look.forget("apps")
        found = found_app(work.look.seen(), app) if app else None
    else:
        wanted = (work.wanted.router or {}).get("name")
        found = next((each for each in apps if (each.get("spec") or {}).get("name") == wanted), None)
    if found is None:
        raise Faulty([f"the app of {back or 'the router'} is not there: `bluegreen setup` first"])
    return Goal(name, found, routed=not back)


def _path(work: Work) -> str:
    """Of the first health check: a page that the application has."""
    checks = [check.get for service in work.wanted.services for check in service.checks.health.requests if check.get]
    return next(iter(checks), "/")


def _end(steps: list[Step], done: int, asked: Asked, tell: Callable[[str], None]) -> None:
    if asked.as_json:
        tell(json.dumps([step.facts for step in steps], indent=2, ensure_ascii=False))
        return
    left = [step for step in steps if step.act is Act.CANNOT]
    if done:
        for step in left:
            tell(step.line)
    if not left and not any(step.to_do for step in steps):
        tell("The domain has moved." if done else "Nothing to do.")


def exit_code(steps: list[Step], plan_only: bool) -> int:
    if any(step.to_do for step in steps):
        return 2 if plan_only else 1
    return int(any(step.act is Act.CANNOT for step in steps))


def confirming(yes: bool) -> Callable[[str], bool]:
    def ask(what: str) -> bool:
        if yes:
            return True
        if not sys.stdin.isatty():
            raise Faulty([f"nobody can be asked: --yes does it, --plan only says it. To do: {what}"])
        return typer.confirm(f"{what}\nDo it?", default=False)

    return ask


# The acts


def _record(work: Work, goal: Goal, of: Mapping[str, Any]) -> None:
    work.out.ask("PATCH", f"/v2/domains/{of['zone']}/records/{of['id']}", of["body"])


def _move(work: Work, goal: Goal, of: Mapping[str, Any]) -> None:
    """Where it is refused while another app has the domain, that gives it up first: then nobody has it for a moment."""
    kept = goal.app["spec"].get("domains") or []
    kind = "ALIAS" if any(each.get("type") == "PRIMARY" for each in kept) else "PRIMARY"
    named = {"domain": goal.name, "type": kind} | ({"zone": of["zone"]} if of["zone"] else {})
    spec = {**deepcopy(goal.app["spec"]), "domains": [*kept, named]}
    try:
        work.out.set_spec(goal.app["id"], spec)
    except (Refused, Stale):
        if not of["from"]:
            raise
        for app in of["from"]:
            _give_up(work, goal, {"app": app})
        work.out.set_spec(goal.app["id"], spec)


def _give_up(work: Work, goal: Goal, of: Mapping[str, Any]) -> None:
    spec = deepcopy(work.out.ask("GET", f"/v2/apps/{of['app']}")["app"]["spec"])
    left = [each for each in spec.pop("domains", ()) if each.get("domain") != goal.name]
    work.out.set_spec(of["app"], spec | ({"domains": left} if left else {}))


def _wait(work: Work, goal: Goal, of: Mapping[str, Any]) -> None:
    for _ in range(_LOOKS):
        work.out.sleep(_EACH)
        with suppress(BluegreenError):
            app = work.out.ask("GET", f"/v2/apps/{goal.app['id']}")["app"]
            if goal.name not in domains(app) or phase(app, goal.name) in ("ACTIVE", "ERROR"):
                return


DOING: dict[str, Callable[[Work, Goal, Mapping[str, Any]], None]] = {
    "record": _record,
    "move": _move,
    "wait": _wait,
    "give_up": _give_up,
}
