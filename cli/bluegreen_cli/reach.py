"""Which modules of Bluegreen a function can reach: every import that stands in its code, and in theirs, and so on.

Read from the sources, wherever the import stands: at the top, in a function, behind a condition. Nothing is imported by
a name that is made at run time (a test looks for that).
"""

import ast
from functools import cache
from pathlib import Path

_ROOT = "bluegreen"


def modules(main: Path, package: Path) -> frozenset[str]:
    """By full name, packages included; `package` is the folder `bluegreen`, `main` a function's `__main__.py`."""
    reached: set[str] = set()
    left = set(_imported(main, "", package))
    while left:
        name = left.pop()
        if name not in reached:
            reached.add(name)
            left |= _imported(_file(name, package) or main, name, package)
    return frozenset(reached)


@cache
def _imported(file: Path, module: str, package: Path) -> frozenset[str]:
    """Modules that a file imports by itself, each with the packages that it lies in."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, file)
            found.add(base)
            found.update(f"{base}.{name.name}" for name in node.names)
    ours = {name for name in found if name.partition(".")[0] == _ROOT and _file(name, package)}
    return frozenset(part for name in ours for part in _with_packages(name))


def _base(node: ast.ImportFrom, module: str, file: Path) -> str:
    if not node.level:
        return node.module or ""
    inside = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
    return ".".join([*inside[: len(inside) - node.level + 1], *([node.module] if node.module else [])])


def _with_packages(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


@cache  # asked for each module by each function
def _file(name: str, package: Path) -> Path | None:
    place = package.parent.joinpath(*name.split("."))
    return next((each for each in (place / "__init__.py", place.with_suffix(".py")) if each.is_file()), None)
