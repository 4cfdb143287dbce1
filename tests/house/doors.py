"""The functions as project.yml has them, and what their doors open."""

import importlib.util

from bluegreen.invocation.entry_point import EntryPoint
from bluegreen_cli import project
from bluegreen_cli.stage import ROOT

TEXT = (ROOT / "project.yml").read_text()
PLACES = {p.full_name(f): f"packages/{p.name}/{f.name}" for p in project.read(TEXT).packages for f in p.functions}
FUNCTIONS = {p.full_name(f): f for p in project.read(TEXT).packages for f in p.functions}


def entry_point_of(name: str) -> EntryPoint:
    """What the function's door opens."""
    spec = importlib.util.spec_from_file_location("door", ROOT / PLACES[name] / "__main__.py")
    door = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(door)
    (found,) = {id(value): value for value in vars(door).values() if isinstance(value, EntryPoint)}.values()
    return found
