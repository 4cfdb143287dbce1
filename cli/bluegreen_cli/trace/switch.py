"""Which environment is judged, and from when on: read from where users go, unless a person says it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bluegreen_cli.faults import Faulty
from bluegreen_cli.trace.reading import Line

_BEFORE = 300.0  # seconds: so long a switch may lie before the first line


class Switch(NamedTuple):
    active: str
    other: str
    at: float  # second of the trace


def found_switch(lines: Sequence[Line], active: str | None = None, at: float | None = None) -> Switch:
    """`active`: by default where users go at the end. `at`: by default since when most of them have gone there."""
    names = list(dict.fromkeys(line.environment for line in lines))
    destinations = _destinations(lines)
    if active is not None and active not in names:
        raise Faulty([f"--active {active}: the trace names {' and '.join(names)}, and one of these is wanted"])
    if active is None and not destinations and len(names) > 1:
        raise Faulty(["the trace has no requests of kind user, so --active has to say which environment is judged"])
    judged = active or (destinations[-1][1] if destinations else names[0])
    other = next((name for name in names if name != judged), "the other")
    first = min(line.second for line in lines)
    if at is not None and at < first - _BEFORE:
        raise Faulty(
            [f"--switch {at:.12g}: the trace begins at second {first:.12g}, and no earlier switch can be judged"]
        )
    if at is None and not destinations:
        at = first
    return Switch(judged, other, _since(destinations, judged) if at is None else at)


def _destinations(lines: Sequence[Line]) -> list[tuple[float, str]]:
    """For each second that has users: where most of them went."""
    requests: defaultdict[float, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line.kind == "user" and line.requests:
            requests[line.second][line.environment] += line.requests
    return [(second, requests[second].most_common(1)[0][0]) for second in sorted(requests)]


def _since(destinations: list[tuple[float, str]], judged: str) -> float:
    """The second at which users began to go there for the last time."""
    since = None
    for (_, before), (second, now) in pairwise([(0.0, ""), *destinations]):
        if now == judged and before != judged:
            since = second
    if since is None:
        raise Faulty([f"no users go to {judged} in this trace: --switch has to say from which second it is judged"])
    return since
