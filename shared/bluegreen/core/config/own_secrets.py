"""The secrets that a team makes itself: long enough, no guess, and each for one purpose. Values are never told."""

import re
from collections.abc import Iterator, Mapping

# The pager's key is one where a webhook is signed with it; those that PagerDuty and Opsgenie issue are long.
OWN = tuple(f"BLUEGREEN_{name}" for name in ("GITHUB_WEBHOOK_SECRET", "ALERT_SECRET", "NUDGE_SECRET", "PAGER_KEY"))
_SHORTEST = 16
_FEWEST = 5  # different characters; 16 random digits have more
# No word is made of others: a row of them is then read in one way only.
_WORDS = (
    "none|null|change|replace|me|secret|password|passwd|test|example|default|admin|bluegreen|your|my|the|this|is|it"
    "|github|web|hook|alert|nudge|pager|slack|token|key|super|top|production|prod|staging|deploy|let|in|qwertyuiop"
    "|qwerty|asdfgh|fill|todo|later|here|with|a|long|random|string|value"
)
_BETWEEN = r"[-_. !\d${}<>]*"
_A_GUESS = re.compile(rf"{_BETWEEN}(?:(?:{_WORDS}){_BETWEEN})+", re.IGNORECASE)
_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
_COUNTED = ("0123456789" * 8, "9876543210" * 8, "abcdefghijklmnopqrstuvwxyz" * 4, "0123456789abcdef" * 8)
_IN_A_ROW = (*_COUNTED, "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p", "qwertyuiopasdfghjklzxcvbnm")
_UNFILLED = "…"  # of .env.example, which is told by itself
_HOW = "`openssl rand -hex 32` makes one"


def valid(secret: str) -> tuple[str, ...]:
    """While a secret is being changed two are valid: `new,old`. A part that is short is no secret of its own."""
    parts = tuple(part.strip() for part in secret.split(","))
    return (secret, *parts) if len(parts) > 1 and all(len(part) >= _SHORTEST for part in parts) else (secret,)


def faults(given: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with secrets, by their settings' names; an optional one that is not set is left out of `given`."""
    for name in OWN:
        if why := next(filter(None, map(_weakness, valid(given[name]))), "") if name in given else "":
            yield f"{name}: {why}: {_HOW}"
    used: dict[str, dict[str, None]] = {}
    for name, value in given.items():
        whole, *parts = valid(value.strip())
        for part in parts or [whole]:
            used.setdefault(part, {})[name] = None
    shared = (tuple(sorted(names)) for part, names in used.items() if len(names) > 1 and _UNFILLED not in part)
    for names in dict.fromkeys(shared):
        how = f": {_HOW}" if set(names) & set(OWN) else ""
        yield f"{' and '.join(names)} hold the same value, and each needs one of its own{how}"


def _weakness(value: str) -> str:
    if len(value) < _SHORTEST:
        return f"is shorter than {_SHORTEST} characters"
    if len(set(value)) < _FEWEST or _REPEATED.fullmatch(value) or any(value.lower() in row for row in _IN_A_ROW):
        return "is a repetition or a sequence"
    return "is made of words that are guessed first" if _A_GUESS.fullmatch(value) else ""
