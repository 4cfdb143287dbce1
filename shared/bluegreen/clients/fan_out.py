"""The same question asked of many at once, in threads, each with the time limit of whoever asks (bounded.within)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Protocol, TypeVar

MOST = 20  # as many connections are kept
A = TypeVar("A")
B = TypeVar("B")


class AtOnce(Protocol):
    def __call__(self, ask: Callable[[A], B], of: Sequence[A]) -> list[B]:
        """The answers in the order of `of`."""


def at_once(ask: Callable[[A], B], of: Sequence[A]) -> list[B]:
    if not of:
        return []
    with ThreadPoolExecutor(max_workers=min(MOST, len(of))) as pool:
        asked = [pool.submit(copy_context().run, ask, each) for each in of]
        return [each.result() for each in asked]
