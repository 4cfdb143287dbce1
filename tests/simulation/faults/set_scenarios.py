"""Scenarios of release sets."""

from tests.simulation.faults.schedule import Action, Schedule

PAIR = ("api", "web")
THREE = ("api", "web", "jobs")


def _scenario(
    name: str, *actions: tuple[float, str], services: tuple[str, ...] = PAIR, **options: bool | str
) -> Schedule:
    done = tuple(Action(at, what.split()[0], " ".join(what.split()[1:])) for at, what in actions)
    return Schedule(f"set: {name}", done, services=services, **options)  # type: ignore[arg-type]


GOOD = _scenario("good release", (2, "push v1.3.0"))
BAD = _scenario("one is at fault in production", (2, "push v1.3.0 web=bad-in-production"))
SCENARIOS = (
    GOOD,
    BAD,
    _scenario("three of them", (2, "push v1.3.0"), services=THREE),
    _scenario("the first is at fault in production", (2, "push v1.3.0 api=bad-in-production")),
    _scenario("the middle one is at fault", (2, "push v1.3.0 web=bad-in-production"), services=THREE),
    _scenario("one fails its smoke checks", (2, "push v1.3.0 web=fails-smoke")),
    _scenario("one is unhealthy", (2, "push v1.3.0 jobs=unhealthy"), services=THREE),
    _scenario("one is not deployed", (1.5, "of api fail-next green"), (2, "push v1.3.0")),
    _scenario("a person takes one back at rest", (2, "push v1.3.0"), (70, "of api rollback")),
    _scenario("a person takes one back while it is watched", (2, "push v1.3.0"), (20, "of web rollback")),
    _scenario("a person takes one back before the other is switched", (2, "push v1.3.0"), (14.6, "of api rollback")),
    _scenario("App Platform takes one back at rest", (2, "push v1.3.0"), (70, "of api rollback native:true")),
    _scenario("App Platform takes the last back at rest", (2, "push v1.3.0"), (70, "of web rollback native:true")),
    _scenario(
        "App Platform takes one back while it is watched", (2, "push v1.3.0"), (20, "of api rollback native:true")
    ),
    _scenario("a person takes all back", (2, "push v1.3.0"), (70, "set rollback"), services=THREE),
    _scenario("a person takes all back in the middle", (2, "push v1.3.0"), (16, "set rollback"), services=THREE),
    _scenario("a person aborts all", (2, "push v1.3.0"), (9, "set abort")),
    _scenario("a person aborts one", (2, "push v1.3.0"), (9, "of web abort")),
    _scenario("a person releases all", (2, "push-unheard v1.3.0"), (3, "set deploy v1.3.0")),
    _scenario("a person switches all", (2, "push v1.3.0"), (30, "set switch"), auto_switch=False),
    _scenario("an alert takes one back", (2, "push v1.3.0"), (24, "of web alert"), alerts="rollback"),
    _scenario("the webhook never comes", (2, "push-unheard v1.3.0")),
    _scenario("no access key", (2, "push v1.3.0"), key=False),
    _scenario("one tag after another", (2, "push v1.3.0"), (9, "push v1.4.0"), (11, "push v1.5.0")),
)
