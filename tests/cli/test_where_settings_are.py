"""Every command that reads bluegreen.yml and `.env` finds them where the environment says."""

import pytest
import typer

from bluegreen_cli.main import app
from bluegreen_cli.setup.command import app as setup

NAMES = {"config": "BLUEGREEN_CONFIG", "env": "BLUEGREEN_ENV"}


def commands(command, path=()):
    yield " ".join(path), command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


COMMANDS = (*commands(typer.main.get_command(app)), *commands(typer.main.get_command(setup), ("setup",)))
# Without a file of their own (`judge --config`, `setup domain`) a command goes without, or by what stands before it.
OPTIONS = [
    pytest.param(option, id=f"{path} --{option.name}")
    for path, command in COMMANDS
    for option in command.params
    if option.name in NAMES and option.default is not None
]


@pytest.mark.parametrize("option", OPTIONS)
def test_the_environment_names_the_file(option):
    assert option.envvar == NAMES[option.name]


def test_most_commands_have_both():
    assert len(OPTIONS) > 20
