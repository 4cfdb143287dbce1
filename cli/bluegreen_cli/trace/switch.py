"""Which environment is judged, and from when on: seen from where users go, or said by a person."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from bluegreen_cli.faults import Faulty
from bluegreen_cli.trace.reading import Line


class Switched(NamedTuple):
    active: str
    other: str
    at: float  # second of the trace


def switched(lines: Sequence[Line], active: str | None = None, at: float | None = None) -> Switched:
    """`active`: where users go at the end. `at`: the second from which most of them go there and stay."""
    names = list(dict.fromkeys(line.environment for line in lines))
    users = _users(lines)
    if active is not None and active not in names:
        raise Faulty([f"--active {active}: the trace names {' and '.join(names)}"])
    if active is None and not users and len(names) > 1:
        raise Faulty(["the trace has no requests of kind user, so --active has to say which environment is judged"])
    judged = active or (users[-1][1] if users else names[0])
    other = next((name for name in names if name != judged), "the other")
    begins = min(line.second for line in lines) if at is None and not users else at
    return Switched(judged, other, _since(users, judged) if begins is None else begins)


def _users(lines: Sequence[Line]) -> list[tuple[float, str]]:
    """Of each second that has users: where most of them went."""
    found: defaultdict[float, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line.kind == "user" and line.requests:
            found[line.second][line.environment] += line.requests
    return [(second, found[second].most_common(1)[0][0]) for second in sorted(found)]


def _since(users: list[tuple[float, str]], judged: str) -> float:
    """The beginning of the last time that users went there; where they never did, of the trace."""
    since = None
    for (second, where), (_, before) in zip(users, [(0.0, ""), *users], strict=False):
        if where == judged and before != judged:
            since = second
    if since is None:
        raise Faulty([f"no users go to {judged} in this trace: --switch has to say from which second it is judged"])
    return since
