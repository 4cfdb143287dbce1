"""The source document's rule: the error rate is looked at ten times, 30 s apart; over 5 %, it is rolled back.

The first look comes 30 s after the switch and sees the 30 s that follow it, so the earliest rollback is at 60 s and the
last at 330 s: so read, it gives the reference's numbers (reference table of the judge: 60 / 60 s, 90 / 210 s, 8.8 %).
A window without requests is not over 5 %.
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


def rolls_back(users: Counts, bad: Counts, told: Counts) -> Seconds:
    found = share(summed(bad, _WINDOW), summed(users, _WINDOW)) > _MOST
    found &= whole(told, found.shape[1], _WINDOW)
    return first(found[:, 1 : _LOOKS + 1], _WINDOW, begin=_WINDOW)
