"""Tag patterns of services that share a repository: may one tag be meant for two of them by accident?"""

from collections.abc import Iterable
from functools import cache
from itertools import combinations

from bluegreen.core.config.service import Service
from bluegreen.core.config.source import Image


def fault(services: Iterable[Service]) -> str | None:
    """What is wrong between services, None when they are sound. The same pattern twice is a wish: one tag releases
    both."""
    known = list(services)
    for one, other in combinations(known, 2):
        ours, theirs = one.tags.pattern, other.tags.pattern
        if one.repository.lower() == other.repository.lower() and ours != theirs and overlap(ours, theirs):
            return (
                f"{one.name} and {other.name} share {one.repository}, and some tags would fit both of their patterns "
                f"({ours}, {theirs}): make them differ from the first character on, such as {one.name}-v* and "
                f"{other.name}-v* or v[0-9]*; or give both the same, so that one tag releases both"
            )
    return _mixed(known)


def overlap(one: str, other: str) -> bool:
    """Whether some text fits both shell patterns. Of two sets of characters it is assumed."""
    ours, theirs = _tokens(one), _tokens(other)

    @cache
    def meet(i: int, j: int) -> bool:
        if i < len(ours) and ours[i] == "*":
            return meet(i + 1, j) or (j < len(theirs) and meet(i, j + 1))
        if j < len(theirs) and theirs[j] == "*":
            return meet(i, j + 1) or (i < len(ours) and meet(i + 1, j))
        if i == len(ours) or j == len(theirs):
            return i == len(ours) and j == len(theirs)
        return _same(ours[i], theirs[j]) and meet(i + 1, j + 1)

    return meet(0, 0)


def _tokens(pattern: str) -> list[str]:
    """`*`, `?`, single characters, and sets such as `[0-9]` as the characters that they hold."""
    found, rest = [], pattern
    while rest:
        end = rest.find("]", 2) if rest.startswith("[") else -1
        found.append(rest[: end + 1] if end > 0 else rest[0])
        rest = rest[len(found[-1]) :]
    return found


def _same(one: str, other: str) -> bool:
    if "?" in (one, other) or (len(one) > 1 and len(other) > 1):
        return True
    if len(other) > 1:
        one, other = other, one
    return _holds(one, other) if len(one) > 1 else one == other


def _holds(characters: str, one: str) -> bool:
    inside = characters[1:-1]
    negated = inside.startswith("!")
    inside = inside.removeprefix("!")
    ranges = [(inside[n], inside[n + 2]) for n in range(len(inside) - 2) if inside[n + 1] == "-"]
    return (one in inside or any(low <= one <= high for low, high in ranges)) is not negated


def _mixed(services: list[Service]) -> str | None:
    """There is one secret for registries: it must not reach one that it was not made for."""
    private = {s.source.registry_type for s in services if isinstance(s.source, Image) and s.source.private}
    if len(private) < 2:
        return None
    return (
        f"private images in {' and '.join(sorted(private))}: BLUEGREEN_REGISTRY_CREDENTIALS is for one registry only "
        "(images in DigitalOcean's own need none)"
    )
