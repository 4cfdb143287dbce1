"""How much a reader enters to follow one story: the files and functions that real invocations enter.

Counted is every `def` of shared/bluegreen that is entered while an invocation of tests/chain/laptop.py is under way,
methods, properties and pydantic's validators among them. Lambdas and comprehensions belong to the `def` around them;
bodies of modules and what dataclasses generate are not counted, nor is core/html, which a reader takes as a library.
The memory store stands for clients/store/spaces.py; the door is not entered: the chain calls what stands behind it.
"""

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType
from typing import Any, NamedTuple

from bluegreen.core.phases import Phase
from bluegreen_cli.stage import ROOT
from tests.chain.laptop import Laptop

_LIBRARY = f"{ROOT / 'shared' / 'bluegreen'}/"
_READS_HTML = f"{_LIBRARY}core/html/"
_BESIDE = (f"{ROOT / 'tests'}/", f"{ROOT / 'emulator'}/")
_CACHED = type(cache(lambda: None))
_STORE, _STORED = "MemoryObjects.", {"_write": "_put"}


class Function(NamedTuple):
    """`path` below shared/bluegreen; `name` as Python qualifies it."""

    path: str
    name: str

    @property
    def floor(self) -> str:
        return self.path.partition("/")[0].removesuffix(".py")

    def __str__(self) -> str:
        return f"{self.path}  {self.name}"


class Walk(NamedTuple):
    """What was entered, in that order.

    `calls`: of one function of the library by another, each once, without what runs in threads beside; None is
    a caller outside of it. `invocations`: each with the phase that it left the release in, "" where none is in flight.
    """

    functions: tuple[Function, ...]
    calls: tuple[tuple[Function | None, Function], ...]
    invocations: tuple[tuple[str, str], ...]

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(function.path for function in self.functions))


class Story(NamedTuple):
    """`play` is traced, `prepare` is not."""

    says: str
    prepare: Callable[[Laptop], object]
    play: Callable[[Laptop], object]


def _pushed(laptop: Laptop) -> None:
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)


def _released(laptop: Laptop) -> None:
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.clock.sleep(60)


def _resting(laptop: Laptop) -> None:
    """The minute that keeps the release's versions is over too."""
    _released(laptop)
    laptop.minute()
    laptop.clock.sleep(60)


def _pushed_again(laptop: Laptop) -> None:
    laptop.push("v1.4.0")


STORIES = {
    "push": Story("push → traffic moved", lambda laptop: None, _pushed),
    "rollback": Story("rollback", _released, lambda laptop: laptop.invoke("rollback")),
    "idle": Story("idle watch", _resting, lambda laptop: laptop.invoke("ops/watch")),
    "webhook": Story("a webhook delivery", _released, _pushed_again),
}


def walk(name: str) -> Walk:
    _forget()
    story, tracer = STORIES[name], _Tracer()
    laptop = _TracedLaptop(tracer)
    story.prepare(laptop)
    laptop.traced = True
    story.play(laptop)
    return tracer.walk()


def _forget() -> None:
    """What the library has cached: a walk must not depend on what ran before it."""
    for kept in [found for found in gc.get_objects() if issubclass(type(found), _CACHED)]:  # a dead proxy has no class
        if kept.__module__.partition(".")[0] == "bluegreen":
            kept.cache_clear()


class _Tracer:
    def __init__(self) -> None:
        self._calls: dict[tuple[Function | None, Function], None] = {}
        self._entered: dict[Function, None] = {}
        self._main = threading.get_ident()
        self.invocations: list[tuple[str, str]] = []

    @contextmanager
    def __call__(self) -> Iterator[None]:
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def walk(self) -> Walk:
        return Walk(tuple(self._entered), tuple(self._calls), tuple(self.invocations))

    def _profile(self, frame: FrameType, event: str, _: Any) -> None:
        function = _function(frame.f_code) if event == "call" else None
        if function is None:
            return
        self._entered[function] = None
        if threading.get_ident() == self._main:
            self._calls[_caller(frame), function] = None


class _TracedLaptop(Laptop):
    def __init__(self, tracer: _Tracer) -> None:
        self._tracer, self.traced = tracer, False
        super().__init__()

    def invoke(self, name: str, event: dict[str, Any] | None = None) -> Any:
        if not self.traced:
            return super().invoke(name, event)
        with self._tracer():
            answer = super().invoke(name, event)
        release = self.record().release
        self._tracer.invocations.append((name, release.phase.value if release else ""))
        return answer


def _function(code: CodeType) -> Function | None:
    """None for what is not of the library, and for what belongs to the `def` around it."""
    if code.co_name.startswith("<"):
        return None
    if code.co_qualname.startswith(_STORE):
        method = code.co_name
        return Function("clients/store/spaces.py", f"Spaces.{_STORED.get(method, method)}")
    if not code.co_filename.startswith(_LIBRARY) or code.co_filename.startswith(_READS_HTML):
        return None
    return Function(code.co_filename.removeprefix(_LIBRARY), code.co_qualname)


def _caller(frame: FrameType) -> Function | None:
    """The function of the library that a call comes from; None where it comes from what stands beside."""
    above = frame.f_back
    while above is not None:
        if above.f_code.co_filename.startswith(_BESIDE):
            return None
        found = _function(above.f_code)
        if found is not None:
            return found
        above = above.f_back
    return None
