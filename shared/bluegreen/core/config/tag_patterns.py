"""Tag patterns of services that share a repository: could one tag release two of them by accident?"""

from collections.abc import Iterable
from functools import cache
from itertools import combinations

from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image


def fault(services: Iterable[Service]) -> str | None:
    """What is wrong between services, None when nothing is.

    Equal patterns are no accident: one tag is meant to release both services.
    """
    all_services = list(services)
    for service, other in combinations(all_services, 2):
        ours, theirs = service.tags.pattern, other.tags.pattern
        if service.repository.lower() == other.repository.lower() and ours != theirs and overlap(ours, theirs):
            return (
                f"{service.name} and {other.name} share {service.repository}, and some tags would fit both of their "
                f"patterns ({ours}, {theirs}): make them differ from the first character on, such as {service.name}-v* "
                f"and {other.name}-v* or v[0-9]*; or give both the same, so that one tag releases both"
            )
    return _two_registries(all_services)


def overlap(pattern: str, other: str) -> bool:
    """Whether some text fits both shell patterns. Two sets such as `[a-c]` and `[x-z]` are assumed to overlap."""
    ours, theirs = _tokens(pattern), _tokens(other)

    @cache
    def meet(i: int, j: int) -> bool:
        if i < len(ours) and ours[i] == "*":
            return meet(i + 1, j) or (j < len(theirs) and meet(i, j + 1))
        if j < len(theirs) and theirs[j] == "*":
            return meet(i, j + 1) or (i < len(ours) and meet(i + 1, j))
        if i == len(ours) or j == len(theirs):
            return i == len(ours) and j == len(theirs)
        return _meet(ours[i], theirs[j]) and meet(i + 1, j + 1)

    return meet(0, 0)


def _tokens(pattern: str) -> list[str]:
    """A pattern cut into `*`, `?`, single characters, and whole sets such as `[0-9]`."""
    tokens, rest = [], pattern
    while rest:
        end = rest.find("]", 2) if rest.startswith("[") else -1
        tokens.append(rest[: end + 1] if end > 0 else rest[0])
        rest = rest[len(tokens[-1]) :]
    return tokens


def _meet(token: str, other: str) -> bool:
    """Whether one character fits both tokens."""
    if "?" in (token, other) or (len(token) > 1 and len(other) > 1):
        return True
    if len(other) > 1:
        token, other = other, token
    return _holds(token, other) if len(token) > 1 else token == other


def _holds(character_set: str, character: str) -> bool:
    inside = character_set[1:-1]
    negated = inside.startswith("!")
    inside = inside.removeprefix("!")
    ranges = [(inside[n], inside[n + 2]) for n in range(len(inside) - 2) if inside[n + 1] == "-"]
    return (character in inside or any(low <= character <= high for low, high in ranges)) is not negated


def _two_registries(services: list[Service]) -> str | None:
    """There is one secret for registries: it must not be sent to one that it was not made for."""
    private = {s.source.registry_type for s in services if isinstance(s.source, Image) and s.source.private}
    if len(private) < 2:
        return None
    return (
        f"private images in {' and '.join(sorted(private))}: BLUEGREEN_REGISTRY_CREDENTIALS is for one registry only "
        "(images in DigitalOcean's own need none)"
    )
