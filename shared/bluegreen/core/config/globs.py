"""Patterns of tags: `*` stays between two slashes, `**` crosses them, as in GitHub's filters; `?`, `[0-9]`, `[!a]`."""

from functools import cache

_STARS = ("*", "**")


def overlap(pattern: str, other: str) -> bool:
    """Whether some text fits both patterns. A tag is a pattern too: git allows none of `*?[` in its name.

    It takes a time that grows with one's length times the other's. Two sets such as `[a-c]` and `[x-z]` are assumed to
    overlap.
    """
    ours, theirs = _tokens(pattern), _tokens(other)

    @cache
    def meet(i: int, j: int) -> bool:
        if i < len(ours) and ours[i] in _STARS:
            return meet(i + 1, j) or (j < len(theirs) and (theirs[j] != "/" or ours[i] == "**") and meet(i, j + 1))
        if j < len(theirs) and theirs[j] in _STARS:
            return meet(i, j + 1) or (i < len(ours) and (ours[i] != "/" or theirs[j] == "**") and meet(i + 1, j))
        if i == len(ours) or j == len(theirs):
            return i == len(ours) and j == len(theirs)
        return _meet(ours[i], theirs[j]) and meet(i + 1, j + 1)

    return meet(0, 0)


def _tokens(pattern: str) -> list[str]:
    """A pattern cut into `**`, `*`, `?`, single characters, and whole sets such as `[0-9]`."""
    tokens, rest = [], pattern
    while rest:
        end = rest.find("]", 2) if rest.startswith("[") else -1
        length = 2 if rest.startswith("**") else end + 1
        tokens.append(rest[:length] if length else rest[0])
        rest = rest[len(tokens[-1]) :]
    return tokens


def _meet(token: str, other: str) -> bool:
    """Whether one character fits both tokens."""
    if "/" in (token, other) and (token != other):
        return False
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
