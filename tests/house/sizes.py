"""How large folders, files and functions are, and how often a comment interrupts the code."""

import ast
import io
import statistics
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bluegreen_cli.stage import ROOT
from tests.house import limits
from tests.house.measure import Measure

ROOMS = ("shared", "packages", "cli", "demo", "emulator", "router", "benchmarks")
_DIRECTIVES = ("# noqa", "# type:", "# fmt:")


@cache
def sources(*rooms: str) -> tuple[Path, ...]:
    return tuple(sorted(path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py")))


def measures() -> Iterator[Measure]:
    yield _folders()
    yield from _files()
    yield from _functions()
    yield _comments()
    yield _class_names()


def _folders() -> Measure:
    [(folder, files)] = Counter(path.parent for path in sources("shared")).most_common(1)
    return Measure("Python files in a folder of shared/, most", files, limits.FILES_IN_A_FOLDER, name_of(folder))


def _files() -> Iterator[Measure]:
    median = statistics.median(_lines(path) for path in sources("shared"))
    yield Measure("file of shared/, median lines", median, limits.FILE_MEDIAN)
    yield _longest("file of shared/, most lines", limits.FILE_IN_SHARED, "shared")
    yield _longest("file beside shared/, most lines", limits.FILE, *ROOMS[1:])
    yield _longest("test file, most lines", limits.TEST_FILE, "tests")
    yield _longest("door of a function, most lines", limits.DOOR, "packages")


def _longest(what: str, limit: int, *rooms: str) -> Measure:
    path = max(sources(*rooms), key=_lines)
    return Measure(what, _lines(path), limit, name_of(path))


def _functions() -> Iterator[Measure]:
    found = sorted(
        (node.end_lineno - node.lineno + 1, f"{name_of(path)}:{node.lineno}")
        for path in sources()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    )
    lengths, place = [length for length, _ in found], found[-1][1]
    yield Measure("function, median lines", statistics.median(lengths), limits.FUNCTION_MEDIAN)
    yield Measure("function, 90th percentile of lines", lengths[len(lengths) * 9 // 10], limits.FUNCTION_P90)
    yield Measure("function, most lines", lengths[-1], limits.FUNCTION, place)


def _comments() -> Measure:
    """Where a comment stands among statements, a name or a shorter function might say it.

    What stands beside a field, a constant or a member of an enumeration is its documentation, and not counted.
    """
    over = [path for path in sources() if len(_among_statements(path)) > _free(path)]
    return Measure("files with too many comments", len(over), 0, name_of(over[0]) if over else "")


def _free(path: Path) -> int:
    return max(limits.COMMENTS_IN_A_SMALL_FILE, _lines(path) // limits.LINES_PER_COMMENT)


def _among_statements(path: Path) -> list[int]:
    """The lines of those comments."""
    documented = {
        line
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef | ast.Module)
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.end_lineno
        for line in range(statement.lineno, statement.end_lineno + 1)
    }
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    found = [t.start[0] for t in tokens if t.type == tokenize.COMMENT and not t.string.startswith(_DIRECTIVES)]
    return [line for line in found if line not in documented]


def _class_names() -> Measure:
    """Two public classes of one name in shared/: a reader takes one for the other."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sources("shared"):
        for node in _tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name_of(path))
    twice = {name: found for name, found in places.items() if len(found) > 1}
    return Measure(
        "public class names that stand twice in shared/", len(twice), limits.CLASS_NAMES_TWICE, ", ".join(twice)
    )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())
