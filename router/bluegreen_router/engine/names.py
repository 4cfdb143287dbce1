"""Names of headers, told apart by regular expressions that Envoy matches whole. They know no look-ahead (RE2)."""

import re
from collections.abc import Sequence

PREVIEW_HEADER = "x-bluegreen-preview"
# That may tell of others. Where one of them is all that is known of a client, behind it may be everybody.
TRUSTED_HOPS = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)
CLIENT_HEADER = "do-connecting-ip"
# What only a proxy may say, and a client might: nobody vouches for it. `x-envoy-` would steer the router itself.
_CLAIMS = (
    "cdn-loop",
    "cf-.*",
    "fastly-client-ip",
    "forwarded",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-.*",
    "x-original-.*",
    "x-real-ip",
    "x-rewrite-url",
)
_SET_ANEW = ("for", "proto")  # later, since it is looked at before


def dropped(unusual: Sequence[str]) -> str:
    """The names of request headers that never pass; `unusual` are names with _ or . that do, with * for any end."""
    spared = [name.lower() for name in unusual]
    dashed = (re.escape(re.sub("[_.]", "-", name.rstrip("*"))) + ".*" * name.endswith("*") for name in spared)
    ours = "x-bluegreen-" + others([PREVIEW_HEADER.removeprefix("x-bluegreen-")])
    forwarded = "x-forwarded-" + others(_SET_ANEW)
    return "|".join([ours, forwarded, *_CLAIMS, *dashed, others(spared, "_.")])


def others(words: Sequence[str], marks: str = "") -> str:
    """Every text but `words`; with `marks`, of these the ones that hold one. A word may end in `*` for any end."""
    return _others(list(words), marks, not marks) or "[^\\s\\S]"


def _others(words: list[str], marks: str, marked: bool) -> str:
    """`words` are what is left of them at this place; `marked`: the text so far holds a mark, or need not."""
    if "*" in words:
        return ""
    options = [""] if marked and "" not in words else []
    firsts = sorted({word[0] for word in words if word})
    for first in firsts:
        below = _others([word[1:] for word in words if word.startswith(first)], marks, marked or first in marks)
        options += [re.escape(first) + below] if below else []
    plain = _class(firsts if marked else [*firsts, *marks])
    if left := [mark for mark in marks if mark not in firsts and not marked]:
        options.append(f"[{''.join(map(re.escape, left))}].*")
    options.append(plain + (".*" if marked else f".*[{re.escape(marks)}].*"))
    return f"({'|'.join(options)})"


def _class(without: Sequence[str]) -> str:
    return f"[^{''.join(map(re.escape, without))}]" if without else "."
