"""`make bench-scale`: how late looks become with many services, and what the platform and the APIs are asked.

The real ops/watch over so many services, on a virtual clock: every answer takes the latency that is given, what the
product computes takes the CPU seconds that it takes here, and the functions' own limits are kept (namespace.py).
"""

import json
import math
import subprocess
import sys
from collections.abc import Collection
from typing import Annotated, NamedTuple

import typer

from benchmarks.scale.namespace import MINUTE, Namespace
from bluegreen_demo.command import JsonOption

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

LATE, INVOCATIONS, CONCURRENT, DIGITALOCEAN, GITHUB, MEMORY = 5.0, 300, 60, 125, 2500, 256  # what each may be at most


class Row(NamedTuple):
    """`lateness_p95_s`: how much later than bluegreen.yml says the next look at a bake came; None without a bake.

    The most in any minute, but for `store_per_s`, which is its mean over the busiest one.
    """

    services: int
    baking: int
    lateness_p95_s: float | None
    invocations_per_min: int
    concurrent: int
    store_per_s: float
    digitalocean_per_min: int
    github_per_hour: int
    rss_mb: float

    @property
    def good(self) -> bool:
        """Every aim is met."""
        pairs = (
            (self.lateness_p95_s or 0.0, LATE),
            (self.invocations_per_min, INVOCATIONS),
            (self.concurrent, CONCURRENT),
            (self.digitalocean_per_min, DIGITALOCEAN),
            (self.github_per_hour, GITHUB),
            (self.rss_mb, MEMORY),
        )
        return all(found <= most for found, most in pairs)


@app.command("bench-scale")
def bench_scale(
    json_file: JsonOption = None,
    fleets: Annotated[str, typer.Option(help="services/in their bake, by commas.")] = "1/0,20/5,100/20,1000/100",
    minutes: Annotated[int, typer.Option(min=1, help="Virtual minutes of each.")] = 3,
) -> None:
    """Watches fleets on a virtual clock. Exit code 1 where one misses an aim."""
    print(f"  {'services':>8} {'baking':>6} {'late p95':>8} {'calls/min':>9} {'at once':>7} {'store/s':>7}", end="")
    print(f" {'DO/min':>6} {'GitHub/h':>8} {'MB':>5}")
    rows = []
    for fleet in fleets.split(","):
        services, _, baking = fleet.partition("/")
        rows.append(measured(int(services), int(baking or 0), minutes))
        late, *others = rows[-1][2:]
        print(f"  {services:>8} {baking:>6} {'-' if late is None else f'{late:.1f}':>8}", end="")
        print(" {:>9} {:>7} {:>7.0f} {:>6} {:>8} {:>5.0f}".format(*others), flush=True)
    if json_file:
        json_file.write_text(json.dumps([row._asdict() for row in rows], indent=2) + "\n")
    raise typer.Exit(0 if all(row.good for row in rows) else 1)


def measured(services: int, baking: int, minutes: int, memory: bool = True) -> Row:
    """`memory`: in a process of its own, for this one holds everything else."""
    fleet = Namespace(services, baking)
    late = lateness(fleet, minutes, fleet.baking)
    counting = fleet.world.counting
    return Row(
        services,
        baking,
        round(_p95(late), 2) if late else None,
        max(fleet.began.values()),
        fleet.most_at_once,
        round(counting.most("store") / MINUTE, 1),
        counting.most("api.digitalocean.com"),
        round(counting.all("api.github.com") * 60 / minutes),
        _memory(services, baking) if memory else 0.0,
    )


def lateness(fleet: Namespace, minutes: int, services: Collection[str]) -> list[float]:
    """Of each look at their bakes but the first. A look that is still to come is as late as it is by now."""
    every = fleet.settings.service(fleet.names[0]).watch.every
    seen: dict[str, float] = {}
    late: list[float] = []

    def asked(service: str) -> None:
        if service not in services:
            return
        if service in seen:
            late.append(max(fleet.time.t - seen[service] - every, 0.0))
        seen[service] = fleet.time.t

    fleet.world.asked = asked
    fleet.run(minutes * MINUTE - 1)
    late += [max(fleet.time.t - at - every, 0.0) for at in seen.values()]
    never = len(set(services) - set(seen))
    return late + [minutes * MINUTE] * never


def _memory(services: int, baking: int) -> float:
    """Peak, in megabytes, of one overseer's minute."""
    command = [sys.executable, "-m", "benchmarks.scale.memory", str(services), str(baking)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _p95(values: list[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]
