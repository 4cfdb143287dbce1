"""A trace of fourteen minutes as CSV: a shared outage, then a release that fails a fifth of its requests."""

from collections.abc import Iterator

import numpy as np

from bluegreen.core.judge.evidence import INTERVAL_SECONDS

_BEGINS = 1767225600  # 2026-01-01
_SWITCH = 300
_ENDS = 840
_OUTAGE = range(480, 540)
_FAULT = 720
_REQUESTS_PER_S = 4.0
_PROBES = 25  # in an interval, to each environment


def trace(seed: int) -> str:
    """Users go to blue for five minutes, then to green; both are probed all the time."""
    random = np.random.default_rng(seed)
    lines = ["second,environment,kind,requests,bad"]
    for at in range(0, _ENDS, INTERVAL_SECONDS):
        for environment, kind, requests, share in _asked(random, at):
            bad = random.binomial(requests, share)
            lines.append(f"{_BEGINS + at},{environment},{kind},{requests},{bad}")
    return "\n".join(lines) + "\n"


def _asked(random: np.random.Generator, at: int) -> Iterator[tuple[str, str, int, float]]:
    world = 0.3 if at in _OUTAGE else 0.001
    green = 0.2 if at >= _FAULT else world
    active, share = ("green", green) if at >= _SWITCH else ("blue", world)
    yield active, "user", int(random.poisson(_REQUESTS_PER_S * INTERVAL_SECONDS)), share
    yield "green", "probe", _PROBES, green
    yield "blue", "probe", _PROBES, world
