"""Actions on a set: tags of all its services, orders for the set, and what is done to one member."""

from typing import TYPE_CHECKING

from tests.simulation.world import actions

if TYPE_CHECKING:
    from tests.simulation.engine.invocation import Invocation
    from tests.simulation.engine.set_run import SetRun


def perform(run: "SetRun", what: str) -> "Invocation | None":
    """`of api …` for one service, `set rollback` for all; a tag may be bad for some: `push v1.3.0 web=unhealthy`."""
    word, *given = what.split()
    match word:
        case "of":
            return run.sides[given[0]].begin(" ".join(given[1:]))
        case "set":
            return _set(run, *given)
        case "push" | "push-unheard":
            _tag(run, *given)
            return _first(run, f"redeliver {given[0]}") if word == "push" else None
        case "ops/watch":
            return run.begin(word, {})
        case _:
            return _first(run, what)


def _first(run: "SetRun", what: str) -> "Invocation | None":
    """What is the same for all."""
    return next(iter(run.sides.values())).begin(what)


def _set(run: "SetRun", verb: str, tag: str = "", *lift: str) -> "Invocation | None":
    given = {"set": "shop"} | ({"tag": tag} if tag else {}) | dict.fromkeys(lift, "true")
    return run.begin(verb, given)


def _tag(run: "SetRun", tag: str, *kinds: str) -> None:
    if tag in run.world.repository.tags:
        return
    run.world.repository.release(tag)
    for name, side in run.sides.items():
        side.ledger.liveness.pushed(tag)
        for kind in (found.removeprefix(f"{name}=") for found in kinds if found.startswith(f"{name}=")):
            if kind == "crashes":
                actions.perform(side, "fail-next idle")  # type: ignore[arg-type]
            side.world.own[tag] = actions.DEFECTS[kind]
