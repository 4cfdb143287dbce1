"""Many invocations on one thread and a virtual clock, each with a processor of its own.

Waiting for the network costs no time here: whoever waits is put down and resumed when its answer is there (greenlets).
What it computes costs what it costs: the CPU seconds between two waits are measured, and are added to the virtual
clock. An invocation has one processor, for which its threads stand in line. So a minute of a thousand services takes
seconds, and says how late each would be.

Example: a watch reads twenty journals side by side. Each read waits 20 ms and computes 1 ms: the first is done after
21 ms, the last after 40.
"""

import heapq
import itertools
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context
from typing import Any

from greenlet import getcurrent, greenlet


class Processor:
    """Of one invocation: until when it computes, in virtual seconds, and when the present piece of work began."""

    def __init__(self, now: float) -> None:
        self.free_at = now
        self.spent = 0.0  # CPU seconds
        self._began = 0.0

    def resume(self) -> None:
        self._began = time.thread_time()

    def pause(self, now: float) -> float:
        """When the piece of work that ends here is done."""
        seconds = time.thread_time() - self._began
        self.spent += seconds
        self.free_at = max(now, self.free_at) + seconds
        return self.free_at


class VirtualTime:
    """`t`: seconds since the beginning. Outside of `run` nothing waits."""

    def __init__(self) -> None:
        self.t = 0.0
        self._hub = getcurrent()
        self._due: list[tuple[float, int, Callable[[], Any]]] = []
        self._order = itertools.count()
        self._of: dict[greenlet, Processor] = {}

    def at(self, t: float, do: Callable[[], Any]) -> None:
        heapq.heappush(self._due, (t, next(self._order), do))

    def run(self, until: float) -> None:
        while self._due and self._due[0][0] <= until:
            t, _, do = heapq.heappop(self._due)
            self.t = max(self.t, t)
            do()
        self.t = until

    def start(self, processor: Processor, work: Callable[[], Any]) -> None:
        """Begins it now, in a fiber that may wait."""

        def working() -> None:
            processor.resume()
            try:
                work()
            finally:
                processor.pause(self.t)
                del self._of[fiber]

        fiber = greenlet(working, self._hub)
        fiber.gr_context = copy_context()
        self._of[fiber] = processor
        self.at(self.t, fiber.switch)

    def wait(self, seconds: float) -> None:
        """Whoever waits is resumed then. Not a fiber of ours: it need not wait."""
        fiber = getcurrent()
        processor = self._of.get(fiber)
        if processor is None:
            return
        self.at(processor.pause(self.t) + seconds, fiber.switch)
        self._hub.switch()
        processor.resume()

    def at_once(self, most: int) -> Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]:
        """As clients.fan_out.at_once, in at most so many fibers, which share the caller's processor."""

        def ask_all(ask: Callable[[Any], Any], of: Sequence[Any]) -> list[Any]:
            caller = getcurrent()
            processor = self._of.get(caller)
            if processor is None or not of:
                return [ask(each) for each in of]
            answers, faults, left = [None] * len(of), list[Exception](), iter(range(len(of)))
            at_work = min(most, len(of))

            def one_after_another() -> None:
                nonlocal at_work
                for place in left:
                    try:
                        answers[place] = ask(of[place])
                    except Exception as error:  # noqa: BLE001 - raised below, in the caller
                        faults.append(error)
                at_work -= 1
                if not at_work:
                    self.at(self.t, caller.switch)

            processor.pause(self.t)
            for _ in range(at_work):
                self.start(processor, one_after_another)
            self._hub.switch()
            processor.resume()
            if faults:
                raise faults[0]
            return answers

        return ask_all
