"""`make bench-cost`: what the platform bills for the watch, from the time that it takes here.

The bill is GiB-seconds: memory times duration, at least 0.1 s a run; 90,000 a month are free. The watch runs each
minute. Measured is the real ops/watch over a store and APIs that take `--latency` to answer, in a minute in which it
asks for missed tags (every fifth) and in another. While a release is in its bake a watch stays with it, so an hour of
it costs an hour of its memory: that is how it is built, and is not measured.
"""

import json
from typing import Annotated, NamedTuple

import typer

from benchmarks.cost.fleet import Fleet
from bluegreen_cli import project
from bluegreen_cli.stage import ROOT
from bluegreen_demo.command import JsonOption

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_MINUTES = 30 * 24 * 60
_LEAST = 0.1  # seconds that are billed
_FREE = 90_000


class Row(NamedTuple):
    services: int
    idle_month_gib_s: float
    bake_hour_gib_s: float
    seconds_a_minute: float
    store_requests_a_minute: float


@app.command("bench-cost")
def bench_cost(
    json_file: JsonOption = None,
    services: Annotated[str, typer.Option(help="How many, by commas.")] = "1,20,100,1000",
    latency: Annotated[float, typer.Option(min=0, help="Seconds until the store or an API answers.")] = 0.02,
) -> None:
    """Measures the idle watch over that many services. Exit code 1 where a thousand are not free."""
    rows = [measured(int(count), latency) for count in services.split(",")]
    print(f"  {'services':>8} {'idle month':>11} {'bake hour':>10} {'s a minute':>11} {'store':>7}")
    for row in rows:
        month = f"{row.idle_month_gib_s:,.0f}"
        print(
            f"  {row.services:>8} {month:>11} {row.bake_hour_gib_s:>10,.0f} {row.seconds_a_minute:>11.2f} "
            f"{row.store_requests_a_minute:>7.0f}"
        )
    if json_file:
        json_file.write_text(json.dumps([row._asdict() for row in rows], indent=2) + "\n")
    raise typer.Exit(0 if all(row.idle_month_gib_s <= _FREE for row in rows) else 1)


def measured(services: int, latency: float) -> Row:
    fleet, gib = Fleet(services, latency), _gib()
    due = fleet.minutes_until_due()
    before = fleet.store.asked
    plain, asks = (max(fleet.watch(minutes=minutes)[1], _LEAST) for minutes in (due + 1, due))
    seconds = (4 * plain + asks) / 5
    asked = (fleet.store.asked - before) / 2
    return Row(services, round(seconds * gib * _MINUTES), round(3600 * gib), round(seconds, 2), asked)


def _gib() -> float:
    """Of ops/watch, as project.yml says."""
    read = project.read((ROOT / "project.yml").read_text(encoding="utf-8"))
    (watch,) = (f for p in read.packages for f in p.functions if p.full_name(f) == "ops/watch")
    return (watch.limits.memory or 256) / 1024
