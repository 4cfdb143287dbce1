"""The command `bluegreen demo`."""

import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bluegreen_demo import (
    figures,
    hold,
    promises,
    settings,
    shows,
    summary,
)
from bluegreen_demo.printer import Printer
from bluegreen_demo.running import Stopped, check_writable, explained, running
from bluegreen_demo.settings import DemoSettings
from bluegreen_demo.shows import Story
from bluegreen_demo.stories import Stage
from bluegreen_demo.watcher import NotHappened

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

JsonOption = Annotated[
    Path | None, typer.Option("--json", help="Write the figures to this file, as JSON.", callback=check_writable)
]
_ONLY = f"Show only this story: {', '.join(story.value for story in Story)}."
_ENDED_BY = 128  # plus the signal's number: the exit code of a program that a signal ended


@app.command()
def demo(
    json_file: JsonOption = None,
    keep: Annotated[bool, typer.Option("--hold", help="Leave the cloud running until Ctrl-C.")] = False,
    stories: Annotated[bool, typer.Option(help="--no-stories only runs the cloud, until Ctrl-C.")] = True,
    story: Annotated[Story | None, typer.Option(help=_ONLY, metavar="STORY", show_default=False)] = None,
) -> None:
    """Show releases and rollbacks in a local cloud, and measure them. Exit status 1: a promise was broken."""
    chosen, printer = settings.load(), Printer()
    kept, told = True, False
    try:
        with explained(), running(chosen, printer) as stage:
            if stories:
                printer.lines(f"The page: {stage.cloud.page_url}\nits token: {stage.cloud.account.page_token}")
                kept = _played(stage, chosen, json_file, story)
            told = True
            if keep or not stories:
                _hold(stage)
    except Stopped as stopped:
        printer.lines(f"\nStopped by {stopped}; nothing is left running.")
        if not told:
            raise typer.Exit(_ENDED_BY + signal.Signals[str(stopped)]) from None
    raise typer.Exit(0 if kept else 1)


def _played(stage: Stage, chosen: DemoSettings, json_file: Path | None, story: Story | None) -> bool:
    """Plays the stories, or one, prints and writes what was measured; whether every promise was kept."""
    fault = ""
    try:
        shows.play(stage, story)
    except NotHappened as error:
        fault = str(error)
    time.sleep(0.5)
    found = figures.gather(stage, datetime.now(UTC))
    broken = [*([fault.splitlines()[0]] if fault else []), *promises.broken(found)]
    printer = stage.printer
    printer.head(f"After {found.took:.0f} s")
    printer.lines("\n".join(summary.lines(found, chosen, printer.width)))
    if fault:
        printer.lines(f"\n{fault}", style="red")
    printer.lines()
    for promise in broken:
        printer.lines(f"Broken promise: {promise}", style="bold red")
    if not broken:
        printer.lines("Every promise was kept.", style="bold green")
    if json_file:
        json_file.write_text(json.dumps(summary.as_json(found, chosen, broken), indent=2) + "\n")
    return not broken


def _hold(stage: Stage) -> None:
    """Goes on until a signal comes."""
    printer = stage.printer
    printer.head("The local cloud runs until Ctrl-C.")
    printer.lines("\n".join([*hold.lines(stage.cloud), ""]))
    stage.watcher.forget = True
    while True:
        signal.pause()
