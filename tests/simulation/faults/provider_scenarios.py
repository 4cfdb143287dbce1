"""Scenarios of services whose traffic is routed by a setting at DigitalOcean, which anybody may change."""

from tests.simulation.faults.schedule import Action, Schedule

ROUTINGS = ("load_balancer", "dns_record", "app_ingress")
_LATER = {
    "load_balancer": 0.0,
    "dns_record": 60.0,
    "app_ingress": 20.0,
}  # seconds


def _scenario(kind: str, name: str, *actions: tuple[float, str]) -> Schedule:
    done = tuple(Action(at + _LATER[kind] * (at > 100), *_words(what)) for at, what in actions)
    return Schedule(f"{kind}: {name}", done, traffic=kind)


def _words(what: str) -> tuple[str, str]:
    word, _, rest = what.partition(" ")
    return word, rest


def _scenarios(kind: str) -> tuple[Schedule, ...]:
    return (
        _scenario(kind, "good release", (2, "push v1.3.0")),
        _scenario(kind, "bad release", (2, "push v1.3.0 bad-in-production")),
        _scenario(kind, "a person's rollback while it is watched", (2, "push v1.3.0"), (30, "rollback")),
        _scenario(kind, "a person's rollback of a live release", (2, "push v1.3.0"), (90, "rollback")),
        _scenario(
            kind, "somebody points it elsewhere", (2, "push v1.3.0"), (90, "point idle"), (190, "point elsewhere")
        ),
        _scenario(kind, "somebody points it elsewhere while it is watched", (2, "push v1.3.0"), (30, "point idle")),
        _scenario(
            kind, "pointed elsewhere, and the next release", (2, "push v1.3.0"), (90, "point idle"), (95, "push v1.4.0")
        ),
        _scenario(kind, "one release after another", (2, "push v1.3.0"), (110, "push v1.4.0")),
        _scenario(
            kind,
            "a rollback after a release that does not start",
            *((2, "push v1.3.0"), (110, "push v1.4.0 crashes"), (190, "rollback")),
        ),
        _scenario(
            kind,
            "taken back, and a rollback after the next does not start",
            *((2, "push v1.3.0"), (90, "rollback"), (130, "push v1.4.0 crashes"), (210, "rollback")),
        ),
        _scenario(kind, "before the first switch", (2, "point idle"), (3, "push v1.3.0")),
    )


PROVIDER_SCENARIOS = tuple(scenario for kind in ROUTINGS for scenario in _scenarios(kind))
