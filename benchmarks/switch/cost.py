"""What a request costs a proxy: its processor time, with all its processes, at so many connections."""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit

from bluegreen_cli.stage import ROOT

CONNECTIONS = (16, 256, 1000)
_TICKS = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    cpu_us: float  # microseconds a request
    rps: float
    bad: int


Costs = dict[int, Cost]  # by connections
Proxy = tuple[str, int]  # its URL, and its process, whose children count too


def costs(ours: Proxy, bare: Proxy, rounds: int = 3, seconds: float = 3) -> tuple[Costs, Costs]:
    """The median of rounds in which the two take turns: what else the machine does hits both alike."""
    found: tuple[Costs, Costs] = ({}, {})
    for connections in CONNECTIONS:
        taken = [[_round(*proxy, connections, seconds) for proxy in (ours, bare)] for _ in range(rounds)]
        for of_one, all_rounds in zip(found, zip(*taken, strict=True), strict=True):
            of_one[connections] = Cost(
                median(cost.cpu_us for cost in all_rounds),
                median(cost.rps for cost in all_rounds),
                sum(cost.bad for cost in all_rounds),
            )
    return found


def _round(url: str, pid: int, connections: int, seconds: float) -> Cost:
    asked = [sys.executable, "-m", "benchmarks.switch.hammer", str(urlsplit(url).port), str(connections), str(seconds)]
    with subprocess.Popen(asked, cwd=ROOT, stdout=subprocess.PIPE, text=True) as hammer:
        assert hammer.stdout is not None
        hammer.stdout.readline()  # all connections are made
        before = _spent(pid)
        answered, bad, took = hammer.stdout.readline().split()
        spent = _spent(pid) - before
    return Cost(spent * 1e6 / max(int(answered), 1), int(answered) / float(took), int(bad))


def _spent(pid: int) -> float:
    """Seconds of processor time that a process and its children have had."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return (int(words[11]) + int(words[12])) / _TICKS + sum(_spent(int(child)) for child in children)
