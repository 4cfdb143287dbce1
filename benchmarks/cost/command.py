"""`make bench-cost`: what the platform bills for the watch, from the time that it takes here.

The bill is GiB-seconds: memory times duration, at least 0.1 s a run; 90,000 a month are free. The watch runs each
minute. Measured is the real ops/watch over a store and APIs that take `--latency` to answer, in a minute in which it
asks for missed tags (every fifth) and in another. A release in its bake is measured on the virtual clock of `make
bench-scale`, with a router that paces the looks and with one that cannot: what it adds to the same services at rest.
"""

import json
from typing import Annotated, NamedTuple

import typer

from benchmarks.cost.fleet import Fleet
from benchmarks.scale.namespace import MINUTE, Namespace
from bluegreen_cli import project
from bluegreen_cli.stage import ROOT
from bluegreen_demo.command import JsonOption

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_MINUTES = 30 * 24 * 60
_LEAST = 0.1  # seconds that are billed
_FREE, _BAKE = 90_000, 300
_MEASURED = 3  # minutes of a bake, after the first


class Row(NamedTuple):
    services: int
    idle_month_gib_s: float
    bake_hour_gib_s: float
    bake_hour_without_nudges_gib_s: float
    seconds_a_minute: float
    store_requests_a_minute: float


@app.command("bench-cost")
def bench_cost(
    json_file: JsonOption = None,
    services: Annotated[str, typer.Option(help="How many, by commas.")] = "1,20,100,1000",
    latency: Annotated[float, typer.Option(min=0, help="Seconds until the store or an API answers.")] = 0.02,
) -> None:
    """Measures the watch over so many services. Exit code 1 where an idle month is not free, or a bake is too dear."""
    rows = [measured(int(count), latency) for count in services.split(",")]
    print(f"  {'services':>8} {'idle month':>11} {'bake hour':>10} {'no nudges':>10} {'s a minute':>11} {'store':>7}")
    for row in rows:
        month = f"{row.idle_month_gib_s:,.0f}"
        print(
            f"  {row.services:>8} {month:>11} {row.bake_hour_gib_s:>10,.0f} "
            f"{row.bake_hour_without_nudges_gib_s:>10,.0f} {row.seconds_a_minute:>11.2f} "
            f"{row.store_requests_a_minute:>7.0f}"
        )
    if json_file:
        json_file.write_text(json.dumps([row._asdict() for row in rows], indent=2) + "\n")
    good = all(row.idle_month_gib_s <= _FREE and row.bake_hour_gib_s <= _BAKE for row in rows)
    raise typer.Exit(0 if good else 1)


def measured(services: int, latency: float) -> Row:
    fleet, gib = Fleet(services, latency), _gib()
    due = fleet.minutes_until_due()
    before = fleet.store.asked
    plain, asks = (max(fleet.watch(minutes=minutes)[1], _LEAST) for minutes in (due + 1, due))
    seconds = (4 * plain + asks) / 5
    asked = (fleet.store.asked - before) / 2
    rest = _virtual(services, 0, True)
    paced, awake = (round((_virtual(services, 1, nudges) - rest) * gib) for nudges in (True, False))
    return Row(services, round(seconds * gib * _MINUTES), paced, awake, round(seconds, 2), asked)


def _virtual(services: int, baking: int, nudges: bool) -> float:
    """Seconds that are billed in an hour like its second to its fourth minute, counted from the half minutes on."""
    namespace, begins = Namespace(services, baking, nudges=nudges), MINUTE * 1.5
    namespace.run(begins)
    before = namespace.billed
    namespace.run(begins + _MEASURED * MINUTE)
    return (namespace.billed - before) * 60 / _MEASURED


def _gib() -> float:
    """Of ops/watch, as project.yml says."""
    read = project.read((ROOT / "project.yml").read_text(encoding="utf-8"))
    (watch,) = (f for p in read.packages for f in p.functions if p.full_name(f) == "ops/watch")
    return (watch.limits.memory or 256) / 1024
