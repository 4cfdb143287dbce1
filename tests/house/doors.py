"""The functions as project.yml has them, and what their doors open."""

import importlib.util

from bluegreen.invocation.call import Call
from bluegreen_cli import project
from bluegreen_cli.stage import ROOT

TEXT = (ROOT / "project.yml").read_text()
PLACES = {p.full_name(f): f"packages/{p.name}/{f.name}" for p in project.read(TEXT).packages for f in p.functions}
FUNCTIONS = {p.full_name(f): f for p in project.read(TEXT).packages for f in p.functions}


def call_of(name: str) -> Call:
    """What the function's door opens."""
    spec = importlib.util.spec_from_file_location("door", ROOT / PLACES[name] / "__main__.py")
    door = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(door)
    (call,) = {id(value): value for value in vars(door).values() if isinstance(value, Call)}.values()
    return call
