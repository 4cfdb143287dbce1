"""Whose requests failed, as routers tell it: many clients on a few paths, some of which ask far more than others."""

import numpy as np

from benchmarks.judge.traces import Traces
from bluegreen.core.judge.client_paths import ClientPath, heaviest
from bluegreen.core.judge.evidence import Interval

_ONE_CLIENT = 0  # its number
_PATHS = 10
_STEEP = 1.5  # exponent of Zipf's law: the first of a thousand clients has a third of the requests, of ten paths a half
_MOST = 3000  # drawn of an interval: more do not change who comes first


def client_paths(traces: Traces, run: int, interval: Interval) -> tuple[ClientPath, ...]:
    """Drawn when they are asked for, since most bakes end early; the same each time."""
    own, others = traces.one_client, min(interval.users_failed - traces.one_client, _MOST)
    told = [ClientPath(_ONE_CLIENT, own)] if own else []
    if others and traces.clients:
        random = np.random.default_rng((traces.seed, run, interval.at))
        clients = (random.zipf(_STEEP, others) - 1) % traces.clients
        paths = (random.zipf(_STEEP, others) - 1) % _PATHS
        keys, failed = np.unique(1 + clients * _PATHS + paths, return_counts=True)
        told += [ClientPath(key, n) for key, n in zip(keys.tolist(), failed.tolist(), strict=True)]
    return heaviest(told)
