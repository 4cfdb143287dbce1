"""`make bench-cold`: how long a function sleeps in, beside the bundle that one would make without thinking of it.

Every cold start is one by the real protocol (see action_proxy.py): `/init` with the zip in base64, unpacking, the
launcher, `/run`. A round starts each of them once, so that a machine that is busy is busy for all: what is to be
compared are the ratios of one run.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from benchmarks.cold import naive, starting
from benchmarks.cold.functions import EVENTS, environment, settings
from bluegreen_cli import archive, stage
from bluegreen_demo.command import JsonOption
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
_LINE = "  {:<16} {:>7} {:>8} {:>9} {:>8} {:>7} {:>9} {:>5}"


class Row(NamedTuple):
    """Medians. `cold_ms`: from `/init` until the store has the function's first request; `answered_ms`: until its
    answer; `cpu_ms`: CPU time until then, unpacking included. `naive_…`: the same of the naive bundle."""

    name: str
    zip_mb: float
    cold_ms: float
    naive_ms: float
    rss_mb: float
    answered_ms: float
    cpu_ms: float
    naive_cpu_ms: float

    @property
    def line(self) -> str:
        times = f"{self.cold_ms:.0f}", f"{self.cold_ms / self.naive_ms:.2f}", f"{self.answered_ms:.0f}"
        cpu = f"{self.cpu_ms:.0f}", f"{self.cpu_ms / self.naive_cpu_ms:.2f}"
        return _LINE.format(self.name, f"{self.zip_mb:.1f}", *times, *cpu, f"{self.rss_mb:.0f}")


@app.command("bench-cold")
def bench_cold(
    json_file: JsonOption = None,
    rounds: Annotated[int, typer.Option(min=1, help="Cold starts of each.")] = 7,
    functions: Annotated[str, typer.Option(help="Which ones, by commas; all: every one.")] = "rollback,hooks/github",
) -> None:
    """Starts functions cold, by the real protocol, beside a bundle of boto3, httpx and pydantic."""
    names = [*EVENTS] if functions == "all" else functions.split(",")
    rows = measured(names, rounds)
    print(_LINE.format("", "zip MB", "cold ms", "of naive", "done ms", "cpu ms", "of naive", "MB").rstrip())
    print("\n".join(row.line for row in rows))
    if json_file:
        json_file.write_text(json.dumps([row._asdict() for row in rows], indent=2) + "\n")


def measured(names: list[str], rounds: int) -> list[Row]:
    """The naive bundle is the last row."""
    store = starting.FirstRequest(Spaces({"KEY": ("secret", {"": "fullaccess"})}, ["state", "telemetry"]).app)
    server = Server(store)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-cold.") as scratch:
            stage.stage(settings(server.url), Path(scratch, "staged"), _PYTHON, local=True)
            plain = archive.packed(naive.bundle(Path(scratch, "naive"), _PYTHON))
            zips = {name: archive.packed(stage.folder_of(Path(scratch, "staged"), name)) for name in names}
            of_naive: list[starting.Start] = []
            of_each: dict[str, list[starting.Start]] = {name: [] for name in names}
            for _ in range(rounds):
                of_naive.append(starting.start(plain, {"ENDPOINT": server.url, "BUCKET": "state"}, {}, store))
                for name in names:
                    of_each[name].append(starting.start(zips[name], environment(name), EVENTS[name](), store))
    finally:
        server.close()
    rows = [_row(name, zips[name], found, of_naive) for name, found in of_each.items()]
    return [*rows, _row("naive", plain, of_naive, of_naive)]


def _row(name: str, code: bytes, found: list[starting.Start], of_naive: list[starting.Start]) -> Row:
    cold, naive_cold = (_median_ms(starts, "awake") for starts in (found, of_naive))
    cpu, naive_cpu = (_median_ms(starts, "cpu") for starts in (found, of_naive))
    peak = max(one.peak_mb for one in found)
    return Row(
        name, round(len(code) / 1e6, 2), cold, naive_cold, round(peak, 1), _median_ms(found, "answered"), cpu, naive_cpu
    )


def _median_ms(found: list[starting.Start], field: str) -> float:
    values: list[Any] = [getattr(one, field) for one in found]
    return round(float(statistics.median(values)) * 1000, 1)
