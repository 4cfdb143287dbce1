"""Rules that others use, on the same traces. As in reality, they see what users of the active environment got.

Each takes users' requests and failures by interval since the switch (a row a run), and how many intervals its source
reported before it ended. It gives the second of the rollback for each run, NaN where there is none.
"""

from collections.abc import Callable
from functools import partial

from benchmarks.judge.rivals import (
    argo_rollouts,
    cloudwatch,
    flagger,
    grafana,
    thirty_seconds,
)
from benchmarks.judge.rivals.windows import Counts, Seconds

Rule = Callable[[Counts, Counts, Counts], Seconds]

RIVALS: dict[str, Rule] = {
    "30 s > 5 %": thirty_seconds.rolls_back,
    "Grafana": grafana.rolls_back,
    "Argo 0": partial(argo_rollouts.rolls_back, failure_limit=0),
    "Argo 3": partial(argo_rollouts.rolls_back, failure_limit=3),
    "Flagger": flagger.rolls_back,
    "CloudWatch": cloudwatch.rolls_back,
}
