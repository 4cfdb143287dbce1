"""The command `bluegreen docs`."""

from typing import Annotated

import typer

from bluegreen_cli import screen
from bluegreen_cli.docs.printed import indent, listing, names, nearest, printed

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def docs(
    section: Annotated[
        str, typer.Argument(help="Such as watch or checks.health. Without it, the sections are listed.")
    ] = "",
) -> None:
    """Print a section of bluegreen.yml as commented YAML, made from the code that reads the file."""
    if not section:
        for line in listing():
            screen.entry(line, indent())
        screen.say("\n`bluegreen docs SECTION` prints one; all of them:")
        screen.say("https://github.com/bluegreen-deploy/bluegreen/blob/main/docs/settings.md")
        return
    if section not in names():
        near = nearest(section)
        meant = f"; was {near} meant?" if near else ";"
        screen.tell(f"bluegreen.yml has no section {section[:60]!r}{meant} `bluegreen docs` lists them", err=True)
        raise typer.Exit(2)
    screen.say(printed(section))
