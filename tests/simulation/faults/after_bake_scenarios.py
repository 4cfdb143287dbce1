"""Scenarios in which a release that was well begins to fail once its bake is over."""

from tests.simulation.faults.schedule import Action, Schedule

_GOOD, _FAILS = Action(2, "push", "v1.3.0"), Action(70, "decay", "420")
TOLD = Schedule("a live release begins to fail, and is told", (_GOOD, _FAILS))
BACK = Schedule("a live release begins to fail, and is left for the proven one", (_GOOD, _FAILS), after_bake="rollback")
AFTER_BAKE_SCENARIOS = (
    TOLD,
    BACK,
    Schedule(
        "with a load balancer: a live release begins to fail",
        (_GOOD, _FAILS),
        after_bake="rollback",
        traffic="load_balancer",
    ),
    Schedule(
        "what stands by was never proven",
        (
            _GOOD,
            Action(70, "push", "v1.4.0"),
            Action(80, "silence", "60"),  # nobody counts in its bake
            Action(200, "push", "v1.5.0"),
            Action(300, "decay", "420"),
        ),
        after_bake="rollback",
    ),
    Schedule("a burst after the bake", (_GOOD, Action(70, "decay", "55")), after_bake="rollback"),
    Schedule("both environments begin to fail", (_GOOD, Action(70, "outage", "420")), after_bake="rollback"),
    Schedule(
        "a live release begins to fail while the next one comes",
        (_GOOD, _FAILS, Action(150, "push", "v1.4.0")),
        after_bake="rollback",
    ),
)
