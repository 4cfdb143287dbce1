"""The run itself: everything is started, switched so many times under load, and stopped again."""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.switch import cost, throughput
from benchmarks.switch.cost import Costs
from benchmarks.switch.figures import Figures, Flip
from benchmarks.switch.load import CROWD, Load
from benchmarks.switch.peers import Peer, installed
from benchmarks.switch.processes import await_port, free_port, start
from benchmarks.switch.routers import STREAM_SECONDS, Routers
from bluegreen.core.environment import Environment
from bluegreen_cli.faults import Faulty

ROUTER, BARE = "router", "Envoy without agent"
_DWELL = 0.1  # seconds, on average, between what every router has followed and the next switch
_LOOK, _PATIENCE = 0.01, 120.0  # seconds
_BETWEEN = 1000  # requests by the crowd, at the router, from one switch to the next: a million in a thousand
_Told = Callable[[int], None]


@dataclass(frozen=True)
class Result:
    router: Figures
    peers: tuple[Figures, ...]
    bare_rps: float | None = None
    costs: tuple[Costs, Costs] | None = None  # the router's, and bare Envoy's


def run(switches: int, with_peers: bool, with_rates: bool, told: _Told) -> Result:
    """`told` is called after each switch, with its number."""
    with tempfile.TemporaryDirectory(prefix="bluegreen-switch-") as name:
        folder = Path(name)
        result = _switched(switches, with_peers, folder / "load", told, with_rates)
        return _rated(result, folder / "rates") if with_rates else result


def _switched(switches: int, with_peers: bool, folder: Path, told: _Told, with_added: bool) -> Result:
    with ExitStack() as stack:
        folder.mkdir()
        ports = environments(folder, stack)
        routers = Routers(ports, folder, stack)
        peers = installed(ports, folder, stack) if with_peers else []
        targets = [(routers.urls, routers.urls), *(([peer.once], [peer.two]) for peer in peers)]
        crowds, mixed = [Load(*one, CROWD) for one in targets], [Load(*one) for one in targets]
        for load in (*crowds, *mixed):
            stack.callback(load.close)
        flips = _flip_on(switches, routers, peers, crowds[0], told)
        found = [one.outcomes() + other.outcomes() for one, other in zip(crowds, mixed, strict=True)]
        drains = [STREAM_SECONDS, *(None for _ in peers)]
        names = [ROUTER, *(peer.name for peer in peers)]
        figures = [Figures(*one) for one in zip(names, found, flips, drains, strict=True)]
        if with_added:
            direct = f"http://127.0.0.1:{ports[flips[0][-1].to]}"
            ways = [routers.urls[0], *(peer.once for peer in peers)]
            added = [throughput.added_milliseconds(direct, way) for way in ways]
            figures = [replace(one, added_ms=more) for one, more in zip(figures, added, strict=True)]
        return Result(figures[0], tuple(figures[1:]))


def _await_asked(crowd: Load, requests: int) -> None:
    for _ in range(round(_PATIENCE / _LOOK)):
        if crowd.answered >= requests:
            return
        time.sleep(_LOOK)
    raise Faulty([f"the router has not answered {requests:,} short requests {_PATIENCE:g} s after a switch"])


def _flip_on(switches: int, routers: Routers, peers: list[Peer], crowd: Load, told: _Told) -> list[list[Flip]]:
    """The flips of the routers, then of each peer: the same ones, one after the other."""
    made: list[list[Flip]] = [[] for _ in range(1 + len(peers))]
    time.sleep(1.0)
    to = Environment.BLUE
    for number in range(switches):
        to = to.other
        for peer, flips in zip(peers, made[1:], strict=True):
            flips.append(Flip(time.monotonic(), to))
            peer.flip(to)
        made[0].append(Flip(routers.flip(to), to))
        routers.await_followed()
        told(number + 1)
        time.sleep(random.uniform(0, 2 * _DWELL))
        _await_asked(crowd, _BETWEEN * (number + 1))
    time.sleep(0.5)
    return made


def _rated(result: Result, folder: Path) -> Result:
    """One proxy at a time, before an app that answers out of memory."""
    with ExitStack() as stack:
        folder.mkdir()
        ports = throughput.static_environments(folder / "app", stack)
        routers = Routers(ports, folder, stack, instances=1)
        bare, pid = throughput.plain_envoy(ports[Environment.BLUE], folder / "bare", stack)
        peers = {peer.name: peer.once for peer in installed(ports, folder, stack)} if result.peers else {}
        own, plain, *others = throughput.requests_per_second([routers.urls[0], bare, *peers.values()])
        return Result(
            replace(result.router, rps=own),
            tuple(replace(one, rps=rate) for one, rate in zip(result.peers, others, strict=True)),
            plain,
            cost.costs((routers.urls[0], routers.pids[0]), (bare, pid)),
        )


def environments(folder: Path, stack: ExitStack) -> dict[Environment, int]:
    ports = {one: free_port() for one in Environment}
    for one, port in ports.items():
        start([sys.executable, "-m", "benchmarks.switch.app", one.value, str(port)], stack, folder / one.value)
    for port in ports.values():
        await_port(port)
    return ports
