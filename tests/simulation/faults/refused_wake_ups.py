"""Scenarios in which the platform wakes nobody for an hour: a key that is over, a flood, dead functions."""

from tests.simulation.faults.schedule import Action, Schedule

HOUR = "3600"
_HOWS = {"refuse": "wake-ups are refused", "swallow": "wake-ups are accepted and never happen"}


def _scenario(name: str, *actions: tuple[float, str], how: str = "refuse", at: float = 1.5, **options: str) -> Schedule:
    done = sorted((*actions, (at, f"{how}-wake-ups {HOUR}")))
    split = tuple(Action(when, what.split()[0], " ".join(what.split()[1:])) for when, what in done)
    return Schedule(f"{_HOWS[how]} for an hour: {name}", split, **options)  # type: ignore[arg-type]


REFUSED_WAKE_UPS = (
    _scenario("good release", (2, "push v1.3.0")),
    _scenario("from the checks on", (2, "push v1.3.0"), at=11),
    _scenario("bad release", (2, "push v1.3.0 bad-in-production")),
    _scenario("unhealthy", (2, "push v1.3.0 unhealthy")),
    _scenario("the deployment never ends", (2, "push v1.3.0"), (2.5, "never-ends green")),
    _scenario("a rollback, and a router hangs", (2, "push v1.3.0"), (150, "instance-stalls 0 60"), (152, "rollback")),
    _scenario("an alert takes production back", (2, "push v1.3.0"), (85, "alert"), alerts="rollback"),
    _scenario("one release after another", (2, "push v1.3.0"), (100, "push v1.4.0")),
    _scenario("a load balancer, and a rollback", (2, "push v1.3.0"), (250, "rollback"), traffic="load_balancer"),
    _scenario("good release", (2, "push v1.3.0"), how="swallow"),
    _scenario("bad release", (2, "push v1.3.0 bad-in-production"), how="swallow"),
)
