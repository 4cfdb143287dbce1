"""`make bench-switch`."""

import json
import os
import textwrap
from typing import Annotated, Any

import typer

from benchmarks.switch import throughput
from benchmarks.switch.cost import Costs
from benchmarks.switch.figures import Figures, Spread
from benchmarks.switch.peers import version
from benchmarks.switch.run import BARE, Result, run
from bluegreen_cli.faults import Faulty
from bluegreen_demo.command import JsonOption
from bluegreen_demo.running import Stopped, stoppable

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_TOLD_EVERY = 100  # switches
_REASONS, _WIDTH = 5, 80
_LINE = "  {:<20} {:>9} {:>7} {:>12} {:>13} {:>9}"


@app.command("bench-switch")
def bench_switch(
    switches: Annotated[int, typer.Option(min=1, help="How many switches to make.")] = 1000,
    json_file: JsonOption = None,
    peers: Annotated[bool, typer.Option(help="nginx and HAProxy beside the router, where installed.")] = True,
    rates: Annotated[
        bool, typer.Option(help="Added latency, and requests a second, when the switches are made.")
    ] = True,
) -> None:
    """Switches under load, through two router instances, and counts what failed. Not 0 when anything did."""
    print(f"{switches} switches under load …", flush=True)
    try:
        with stoppable():
            result = run(switches, peers, rates, _tell)
    except Faulty as error:
        print(error)
        raise typer.Exit(1) from None
    except Stopped as stopped:
        print(f"Stopped by {stopped}; nothing is left running.")
        raise typer.Exit(130) from None
    print("\n".join(line.rstrip() for line in _lines(result)))
    if json_file:
        json_file.write_text(json.dumps(_as_json(result), indent=2) + "\n")
    raise typer.Exit(1 if result.router.faults else 0)


def _tell(number: int) -> None:
    if number % _TOLD_EVERY == 0:
        print(f"  {number} made", flush=True)


def _lines(result: Result) -> list[str]:
    told = ["", _LINE.format("", "requests", "failed", "switch ms", "added ms", "rps")]
    told.append(_LINE.format("", "", "", "p50 / p99", "p50 / p99", ""))
    told += [_line(one) for one in (result.router, *result.peers)]
    if result.bare_rps is not None:
        told.append(_LINE.format(BARE, "", "", "", "", f"{result.bare_rps:.0f}"))
    told += _costs(result)
    kinds = ", ".join(f"{number} {kind}" for kind, number in result.router.kinds.items())
    told += ["", *textwrap.wrap(f"through the router: {kinds}", _WIDTH, initial_indent="  ", subsequent_indent="    ")]
    for one in (result.router, *result.peers):
        told += [
            f"  {one.name}: {number} times {reason}"[:_WIDTH] for reason, number in list(one.reasons.items())[:_REASONS]
        ]
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    told += ["", f"  load {load:.1f} on {cores} cores; requests a second by {throughput.client()}"]
    names = ("nginx", "haproxy") if result.peers else ()
    return [*told, *(f"  {said}"[:_WIDTH] for name in names if (said := version(name)))]


def _costs(result: Result) -> list[str]:
    """Processor time a request, and how many a second, at so many connections."""
    if result.costs is None:
        return []
    line = "  {:<20} {:>9} {:>7} {:>12} {:>13}"
    told = ["", line.format("connections", "us", "bare", "rps", "bare rps")]
    ours, bare = result.costs
    for number, one in ours.items():
        other = bare[number]
        told.append(
            line.format(number, f"{one.cpu_us:.0f}", f"{other.cpu_us:.0f}", f"{one.rps:.0f}", f"{other.rps:.0f}")
        )
    return told


def _cpu_us(found: Costs) -> dict[str, float]:
    return {str(connections): round(one.cpu_us, 1) for connections, one in found.items()}


def _line(one: Figures) -> str:
    rps = "" if one.rps is None else f"{one.rps:.0f}"
    return _LINE.format(one.name, one.requests, len(one.faults), _both(one.switch_ms), _both(one.added_ms), rps)


def _both(found: Spread | None) -> str:
    return "" if found is None else f"{found.p50:g} / {found.p99:g}"


def _as_json(result: Result) -> dict[str, Any]:
    router = result.router
    return {
        "switches": len(router.flips),
        "requests": router.requests,
        "failed": len(router.faults),
        "kinds": router.kinds,
        "reasons": router.reasons,
        "switch_ms": router.switch_ms._asdict(),
        "added_ms": None if router.added_ms is None else router.added_ms._asdict(),
        "rps": {"router": router.rps, "bare": result.bare_rps, "client": throughput.client()},
        "cpu_us": _cpu_us(result.costs[0]) if result.costs else None,
        "bare_cpu_us": _cpu_us(result.costs[1]) if result.costs else None,
        "peers": [_peer(one) for one in result.peers],
    }


def _peer(one: Figures) -> dict[str, Any]:
    return {
        "name": one.name,
        "requests": one.requests,
        "failed": len(one.faults),
        "switch_ms": one.switch_ms._asdict(),
        "added_ms": None if one.added_ms is None else one.added_ms._asdict(),
        "rps": one.rps,
    }
