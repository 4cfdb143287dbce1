"""What is to be done about the domain, as a pure function of what is there: nothing is remembered between two acts.

The order keeps the time short in which the domain answers for nobody. First whatever takes long and hurts nobody: a
short TTL, and the wait until resolvers have forgotten the long one; the proof that the router serves at its own
address. Then the move: the router's app lists the domain first, and where App Platform refuses that while another app
has it (nothing says whether it does), the other gives it up in the same act. Then the record, the certificate, the
proof from outside, and last of all the other app gives up what it may still list.
"""

from collections.abc import Iterator
from typing import Any

from bluegreen.core.config.traffic import LONGEST_TTL
from bluegreen_cli.setup.domain.seen import Goal, SeenDomain, domains, phase, validations
from bluegreen_cli.setup.steps import Act, Closed, Step, cannot, fine


def plan(goal: Goal, seen: SeenDomain) -> list[Step]:
    """Up to the first that cannot be done: what follows rests on it."""
    steps: list[Step] = []
    for step in _steps(goal, seen):
        steps.append(step)
        if step.act is Act.CANNOT:
            break
    return steps


def _steps(goal: Goal, seen: SeenDomain) -> Iterator[Step]:
    moved = goal.name in domains(goal.app)
    yield from _ttl(goal, seen, moved)
    yield _proof(goal, seen, moved)
    yield _move(goal, seen, moved)
    yield from _record(goal, seen)
    if moved:
        yield _certificate(goal)
        yield _arrived(goal, seen)
        yield from _rest(goal, seen)


def _own_records(seen: SeenDomain) -> list[dict[str, Any]]:
    return [] if isinstance(seen.records, Closed) else seen.records


def _ttl(goal: Goal, seen: SeenDomain, moved: bool) -> Iterator[Step]:
    what = f"TTL of {goal.name} (at most {LONGEST_TTL} s)"
    if isinstance(seen.records, Closed):
        yield cannot(what, seen.records.why)
        return
    long = [each for each in seen.records if int(each.get("ttl") or 0) > LONGEST_TTL]
    for each in long:
        of = {"zone": seen.zone, "id": each["id"], "body": {"type": each["type"], "ttl": LONGEST_TTL}}
        yield Step(Act.CHANGE, what, f"the {each['type']} record's is {each['ttl']}", "record", of)
    if isinstance(seen.cached, Closed):
        if not moved:
            yield cannot(what, f"whether the old record is forgotten is not known: {seen.cached.why}; try --resolver")
        return
    kept = seen.cached.ttl
    if moved or (not long and kept <= LONGEST_TTL):
        yield fine(what)
    elif long:
        yield cannot(what, f"resolvers keep the old record for up to {max(each['ttl'] for each in long)} s: {_AGAIN}")
    elif seen.zone:
        yield cannot(what, f"resolvers keep the old record for {kept} s more: {_AGAIN}")
    else:
        yield cannot(what, f"{kept} s are left of it, and its zone is not at DigitalOcean: lower it there; {_AGAIN}")


_UNDER_WAY = ("pending", "in_progress")
_AGAIN = "run this again then"


def _proof(goal: Goal, seen: SeenDomain, moved: bool) -> Step:
    what = f"{goal.app['spec']['name']} answers at its own address, {goal.host}"
    if moved or seen.own.good(goal.routed):
        return fine(what)
    return cannot(what, f"{seen.own.says}; `bluegreen doctor` says more")


def _move(goal: Goal, seen: SeenDomain, moved: bool) -> Step:
    named = ", ".join(str(app["spec"]["name"]) for app in seen.holders)
    what = f"{goal.name} is a domain of app {goal.app['spec']['name']}"
    busy = [app for app in (goal.app, *seen.holders) if any(app.get(f"{slot}_deployment") for slot in _UNDER_WAY)]
    if moved:
        return fine(what)
    if busy:
        return cannot(what, f"{busy[0]['spec']['name']} is being deployed: {_AGAIN}")
    why = f"{named} lists it today and gives it up where App Platform wants that" if named else "no app lists it"
    return Step(Act.CHANGE, what, why, "move", {"from": [app["id"] for app in seen.holders], "zone": _managed(seen)})


def _managed(seen: SeenDomain) -> str:
    """The zone, where App Platform is to keep the record: where the account has no record of the name."""
    return seen.zone if seen.zone and not _own_records(seen) else ""


def _record(goal: Goal, seen: SeenDomain) -> Iterator[Step]:
    what = f"{goal.name} leads to {goal.host}"
    cnames = [each for each in _own_records(seen) if each.get("type") == "CNAME"]
    if cnames:
        each, right = cnames[0], str(cnames[0].get("data", "")).rstrip(".") == goal.host
        body = {"type": "CNAME", "data": f"{goal.host}."}
        of = {"zone": seen.zone, "id": each["id"], "body": body}
        yield fine(what) if right else Step(Act.CHANGE, what, f"the CNAME says {each.get('data')}", "record", of)
    elif _own_records(seen):
        yield cannot(what, f"{goal.name} has A records: App Platform's page of the domain says which it wants")
    elif not seen.zone and not isinstance(seen.cached, Closed) and seen.cached.leads_to != (goal.host,):
        if seen.public.good(goal.routed) and seen.public.mark:
            yield fine(what)
        else:
            step = f"its zone is not at DigitalOcean: there, point a CNAME at {goal.host}. (Now: {seen.cached.says})"
            yield cannot(what, step) if goal.name in domains(goal.app) else Step(Act.OK, what, f"later: {step}")


def _certificate(goal: Goal) -> Step:
    now, wanted = phase(goal.app, goal.name), validations(goal.app, goal.name)
    what, asks = f"certificate of {goal.name}", f"; wanted: {wanted}" if wanted else ""
    if now == "ACTIVE":
        return fine(what)
    if now == "ERROR":
        return cannot(what, f"App Platform says ERROR{asks}; the way back: `bluegreen setup domain --back blue`")
    return Step(Act.CHANGE, what, f"wait for it: {now}{asks}", "wait")


def _arrived(goal: Goal, seen: SeenDomain) -> Step:
    what = f"https://{goal.name} is answered by {goal.app['spec']['name']}"
    if seen.public.good(goal.routed):
        return fine(what)
    return cannot(what, f"{seen.public.says}; caches may keep the old record for {LONGEST_TTL} s: {_AGAIN}")


def _rest(goal: Goal, seen: SeenDomain) -> Iterator[Step]:
    for app in seen.holders:
        what = f"{app['spec']['name']} lists {goal.name} no more"
        yield Step(Act.CHANGE, what, f"{goal.app['spec']['name']} has it", "give_up", {"app": app["id"]})
