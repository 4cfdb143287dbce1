"""The command `bluegreen judge`: the judge over a trace that somebody else recorded."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bluegreen import settings
from bluegreen.core.config.thresholds import Thresholds, Watch
from bluegreen.core.config.units import seconds
from bluegreen.core.judge.evidence import INTERVAL_SECONDS
from bluegreen_cli import config as configuration
from bluegreen_cli import screen
from bluegreen_cli.faults import Faulty
from bluegreen_cli.trace.reading import Line, read, second
from bluegreen_cli.trace.replay import WORDS, TimedVerdict, replay
from bluegreen_cli.trace.switch import Switch, found_switch

_LONGEST_BAKE = 30 * 86400  # seconds
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def judge(
    trace: Annotated[
        Path,
        typer.Argument(
            help="A CSV file: second, environment, kind (user or probe), requests, bad; optionally client, path."
        ),
    ],
    active: Annotated[
        str | None, typer.Option(help="The environment to judge. Default: where users go at the end.")
    ] = None,
    switch: Annotated[
        str | None, typer.Option(help="The second at which users were sent to it. Default: taken from the trace.")
    ] = None,
    bake: Annotated[
        str | None, typer.Option(help="How long it is watched, from 5s to 30d. Default: 1h, or as --config says.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Take thresholds and watch from this bluegreen.yml.")] = None,
    service: Annotated[str | None, typer.Option(help="The service in --config.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge a recorded trace: print each verdict with its time and its reason."""
    try:
        watch, thresholds = _limits(config, service, bake)
        lines = read(trace)
        switched = found_switch(lines, active, _moment(switch))
        verdicts = list(replay(lines, switched, watch, thresholds))
        if not verdicts:
            raise Faulty([f"the trace holds no five seconds after the switch at second {switched.at:g}"])
    except Faulty as error:
        for fault in error.faults:
            screen.entry(fault, 2, err=True)
        raise typer.Exit(2) from None
    _print_json(switched, verdicts) if as_json else _print(switched, verdicts, lines)


def _moment(switch: str | None) -> float | None:
    try:
        return None if switch is None else second(switch.strip())
    except ValueError as error:
        raise Faulty([f"--switch: {error}"]) from None


def _limits(config: Path | None, service: str | None, bake: str | None) -> tuple[Watch, Thresholds]:
    watch, thresholds = Watch(), Thresholds()
    if service is not None and config is None:
        raise Faulty([f"--service {service}: --config has to name the file that it stands in"])
    if config is not None:
        watch, thresholds = _configured(config, service)
    if bake is not None:
        watch = watch.model_copy(update={"bake": _bake(bake)})
    return watch, thresholds


def _bake(written: str) -> float:
    try:
        found = seconds(written)
    except ValueError as error:
        raise Faulty([f"--bake {written}: {error}"]) from None
    if not INTERVAL_SECONDS <= found <= _LONGEST_BAKE:
        raise Faulty([f"--bake {written}: from {INTERVAL_SECONDS}s to {_LONGEST_BAKE // 86400}d are wanted"])
    return found


def _configured(config: Path, service: str | None) -> tuple[Watch, Thresholds]:
    file, faults = settings.parse(configuration.read(config))
    if file is None:
        raise Faulty(faults)
    names = list(file.services)
    if service is None and len(names) > 1:
        raise Faulty([f"{config} names {len(names)} services: --service has to be one of {', '.join(names)}"])
    chosen = file.services.get(service or names[0])
    if chosen is None:
        raise Faulty([f"--service {service}: {config} names {', '.join(names)}"])
    return chosen.watch, chosen.thresholds


def _print(switch: Switch, verdicts: Sequence[TimedVerdict], lines: Sequence[Line]) -> None:
    screen.tell(f"{switch.active} is judged, from second {switch.at:.12g} on; {switch.other} is the other environment")
    if not any(line.kind == "probe" and line.environment == switch.other for line in lines):
        screen.tell(f"the trace holds no probes of {switch.other}: whose fault it is cannot be known")
    last = verdicts[-1]
    for each in verdicts if last.is_final else verdicts[:-1]:
        screen.entry(f"{_when(switch, each)}  {WORDS[each.verdict]:9}  {each.says}")
    if not last.is_final:
        screen.entry(f"{_when(switch, last)}  so far: {WORDS[last.verdict]}, as the trace ends; {last.says}")


def _when(switch: Switch, verdict: TimedVerdict) -> str:
    return f"second {switch.at + verdict.at:.12g} (+{verdict.at:g} s)"


def _print_json(switch: Switch, verdicts: Sequence[TimedVerdict]) -> None:
    listed = [
        {
            "second": switch.at + each.at,
            "since_switch": each.at,
            "verdict": WORDS[each.verdict],
            "says": each.says,
        }
        for each in verdicts
    ]
    answer = {
        "active": switch.active,
        "other": switch.other,
        "switch": switch.at,
        "verdict": listed[-1]["verdict"],
        "final": verdicts[-1].is_final,
        "verdicts": listed,
    }
    screen.document(answer)
