"""`make bench-replay`: how long a hundred past releases, each with a bake of an hour, take to be judged again.

Measured is what `bluegreen replay --what-if` does once it has the files: they lie in this process's memory, as if the
store answered at once. Each release is judged by its own thresholds too, and has to end as it did.
"""

import json
import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.replay.releases import Made, made
from bluegreen.clients.fan_out import at_once
from bluegreen.clients.store.release_files import ReleaseFiles
from bluegreen.core.config.thresholds import Level
from bluegreen_cli.evidence.rejudging import Rejudged, all_rejudged
from bluegreen_emulator.memory_objects import MemoryObjects

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_AT_MOST = 5.0  # seconds for a hundred
# The example of docs/evidence.md.
_OTHERS = {"error_rate": Level(normal=0.1, warning=0.5, critical=2)}


@app.command()
def bench(
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file too.")] = None,
) -> None:
    """Exit code 1 where it takes more than five seconds, or a release ends otherwise by its own thresholds.

    `cpu_seconds` divided by `cores` is what it takes where nothing else takes the processors."""
    releases = [*made()]
    files = _stored(releases)
    own, *_ = _timed(files, releases, {})
    others, seconds, cpu = _timed(files, releases, _OTHERS)
    odd = [
        a.release
        for a, b in zip(own, releases, strict=True)
        if a.by_others is None or a.by_others.verdict is not b.verdict
    ]
    figures: dict[str, Any] = {
        "releases": len(releases),
        "looks": sum(each.looks for each in releases),
        "mb": round(sum(len(each.file) for each in releases) / 1e6, 1),
        "cores": len(os.sched_getaffinity(0)),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "other_end": sum(each.was != each.would_be for each in others),
        "not_as_it_was": len(odd),
    }
    for name, value in figures.items():
        typer.echo(f"{name:14} {value}")
    for release in odd:
        typer.echo(f"{release} ends otherwise by its own thresholds")
    if json_file:
        json_file.write_text(json.dumps(figures, indent=2) + "\n")
    raise typer.Exit(0 if not odd and seconds <= _AT_MOST else 1)


def _stored(releases: list[Made]) -> ReleaseFiles:
    store = MemoryObjects()
    files = ReleaseFiles(store, "web", at_once)
    for each in releases:
        store.put(files.path(each.release), each.file)
    return files


def _timed(files: ReleaseFiles, releases: list[Made], changes: dict[str, Any]) -> tuple[list[Rejudged], float, float]:
    """What is found; seconds of the clock on the wall, as the command uses all cores; seconds of processor time, which
    other work on the machine does not stretch."""
    began, used = time.perf_counter(), _processors()
    found = [*all_rejudged(files, [each.release for each in releases], changes, at_once)]
    return found, time.perf_counter() - began, _processors() - used


def _processors() -> float:
    """Seconds of this process, and of the workers that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
