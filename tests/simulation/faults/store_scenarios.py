"""Scenarios of a bucket that loses its newest versions, and of one that stops being compare-and-swap."""

from dataclasses import replace

from tests.simulation.faults.schedule import Action, Schedule


def _scenario(name: str, *actions: tuple[float, str]) -> Schedule:
    return Schedule(name, tuple(Action(at, *what.split(maxsplit=1)) for at, what in actions))


_LOST = (
    _scenario(
        "the bucket is restored from before a release, and the next one comes",
        (2, "push v1.3.0"),
        (62, "lose-versions"),
        (70, "push v1.4.0"),
        (250, "recover"),
        (260, "push v1.5.0"),
    ),
    _scenario(
        "the bucket is restored while a release is watched, and a person wants to go back",
        (2, "push v1.3.0 bad-in-production"),
        (18, "lose-versions"),
        (70, "rollback"),
        (250, "recover"),
        (260, "push v1.4.0"),
    ),
)
_KEPT = tuple(
    _scenario(
        f"versioning is switched on {when}",
        (2, "push v1.3.0"),
        (at, "versioning Enabled"),
        (at + 200, "versioning"),
    )
    for at, when in ((6, "while a release is deployed"), (18, "while a release is watched"), (70, "at rest"))
)
STORE_SCENARIOS = (*_LOST, *_KEPT, replace(_LOST[0], name=f"{_LOST[0].name}, without a key", key=False))
