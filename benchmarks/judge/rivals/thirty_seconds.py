"""A threshold of the simplest kind: ten looks at the error rate, 30 s apart; over 5 % rolls back.

The first look comes 30 s after the switch and sees the 30 s that follow it, so the earliest rollback is at 60 s and the
last at 330 s. A window without requests is not over 5 %.
"""

from benchmarks.judge.rivals.windows import (
    Counts,
    Seconds,
    first,
    share,
    summed,
    whole,
)

_WINDOW = 30
_LOOKS = 10
_MOST = 0.05


def rolls_back(users: Counts, bad: Counts, reported: Counts) -> Seconds:
    over = share(summed(bad, _WINDOW), summed(users, _WINDOW)) > _MOST
    over &= whole(reported, over.shape[1], _WINDOW)
    return first(over[:, 1 : _LOOKS + 1], _WINDOW, begin=_WINDOW)
