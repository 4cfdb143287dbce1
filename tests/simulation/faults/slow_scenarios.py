"""Scenarios in which a whole service, or one call of it, answers a byte at a time."""

from dataclasses import replace

from tests.simulation.faults import set_scenarios
from tests.simulation.faults.places import SLOW, TRICKLES
from tests.simulation.faults.schedule import FOR_EVER, Action, Fault, Schedule

# The last two: all services, and all but the store.
CLIENTS = ("digitalocean", "github", "web", "objects", "telemetry", "slack", "functions", "everybody", "others")
# From before the release; from when it is watched.
_FROM = (1.5, 14.0)
_WHERE = (
    "checks/health after web.check",
    "checks/smoke after web.check",
    "ops/watch after web.check",
    "ops/watch after telemetry.ages",
    "ops/watch after digitalocean.deployment",
    "ops/watch after github.tags",
    "deploy after digitalocean.app",
    "switch after telemetry.ages",
    "rollback after telemetry.ages",
)


def _service(client: str, how: str, at: float) -> Schedule:
    done = (Action(at, "answers", f"{client} {how} 240"), Action(2, "push", "v1.3.0"), Action(400, "rollback"))
    ordered = tuple(sorted(done, key=lambda action: action.at))
    return Schedule(f"{client} {how}: four minutes, from {at:g} s on", ordered)


def _call(where: str, how: str) -> Schedule:
    last = (Action(30, "rollback"),) if where.startswith("rollback") else ()
    return Schedule(
        f"{where} {how}, each time", (Action(2, "push", "v1.3.0"), *last), (Fault(1, how, FOR_EVER, where),)
    )


SLOW_SCENARIOS = (
    *(_service(client, how, at) for client in CLIENTS for how in (TRICKLES, SLOW) for at in _FROM),
    *(_call(where, how) for where in _WHERE for how in (TRICKLES, SLOW)),
)
SLOW_SETS = tuple(
    replace(
        scenario,
        name=f"{scenario.name}, {client} {how}",
        actions=(Action(1.5, "answers", f"{client} {how} 240"), *scenario.actions),
    )
    for scenario in set_scenarios.SCENARIOS[1:3]
    for client in ("digitalocean", "others")
    for how in (TRICKLES, SLOW)
)
