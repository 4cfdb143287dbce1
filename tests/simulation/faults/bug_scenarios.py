"""Scenarios in which one call of a client raises what nobody foresaw, each time, from some moment on."""

from tests.simulation.faults.schedule import FOR_EVER, Action, Fault, Schedule

_WHERE = (
    "checks/health before web.check",
    "checks/smoke before web.check",
    "checks/health after web.check",
    "ops/watch before web.check",
    "ops/watch before telemetry.ages",
    "ops/watch before digitalocean.deployment",
    "ops/watch before github.tags",
    "deploy before digitalocean.deployments",
    "switch before telemetry.ages",
    "rollback before telemetry.ages",
    "status after telemetry.ages",
)
_ASKED = ("rollback", "status")  # what nothing but a person calls


def _scenario(where: str) -> Schedule:
    function = where.split()[0]
    last = (Action(30, function),) if function in _ASKED else ()
    return Schedule(
        f"{where} raises something, each time",
        (Action(2, "push", "v1.3.0"), *last),
        (Fault(1, "raises", FOR_EVER, where),),
    )


BUG_SCENARIOS = tuple(map(_scenario, _WHERE))
