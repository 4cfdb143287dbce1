"""Patterns of tags, as GitHub's filters have them: `*` stays between two slashes, `**` crosses them."""

import re
from functools import cache, lru_cache

_STARS = ("*", "**")


def fits(tag: str, pattern: str) -> bool:
    return _expression(pattern).fullmatch(tag) is not None


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_matching(part) for part in _tokens(pattern)))


def _matching(part: str) -> str:
    """The regular expression of one part."""
    if part in _STARS:
        return ".*" if part == "**" else "[^/]*"
    if part == "?":
        return "[^/]"
    if len(part) == 1:
        return re.escape(part)
    inside = re.sub(r"([\\\[\]^&~|])", r"\\\1", part[1:-1].removeprefix("!"))
    return f"(?!/)[{'^' if part.startswith('[!') else ''}{inside}]"


def overlap(pattern: str, other: str) -> bool:
    """Whether some text fits both shell patterns. Two sets such as `[a-c]` and `[x-z]` are assumed to overlap."""
    ours, theirs = _tokens(pattern), _tokens(other)

    @cache
    def meet(i: int, j: int) -> bool:
        if i < len(ours) and ours[i] in _STARS:
            return meet(i + 1, j) or (j < len(theirs) and _takes(ours[i], theirs[j]) and meet(i, j + 1))
        if j < len(theirs) and theirs[j] in _STARS:
            return meet(i, j + 1) or (i < len(ours) and _takes(theirs[j], ours[i]) and meet(i + 1, j))
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


def _takes(star: str, part: str) -> bool:
    return star == "**" or part != "/"


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
