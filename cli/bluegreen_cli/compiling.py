"""Puts bytecode beside a folder's sources: `python compiling.py FOLDER SHOWN_AS`. Standard library only.

It runs under the Python that the functions run under, which is not always the one that stages them. Docstrings of
modules and functions are left out: they would be unpacked and read at every cold start, and by nobody afterwards. Those
of classes stay, for a dataclass without one makes its own, which takes longer. Unlike under -OO, asserts stay.
"""

import ast
import importlib.util
import marshal
import sys
import warnings
from pathlib import Path

_UNCHECKED = (1).to_bytes(4, "little")  # by the source's hash, which nobody compares (PEP 552)
_LEFT_OUT_OF = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)


def bytecode(source: bytes, name: str) -> bytes:
    """What stands in a .pyc. `name`: as tracebacks show the file."""
    tree = ast.parse(source, name)
    for node in ast.walk(tree):
        if isinstance(node, _LEFT_OUT_OF) and ast.get_docstring(node, clean=False) is not None:
            node.body[:1] = [] if len(node.body) > 1 else [ast.copy_location(ast.Pass(), node.body[0])]
    header = importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(source)
    return header + marshal.dumps(compile(tree, name, "exec", dont_inherit=True))


def main(folder: str, shown_as: str) -> None:
    warnings.simplefilter("ignore")  # of what others wrote
    for path in sorted(Path(folder).rglob("*.py")):
        made = Path(importlib.util.cache_from_source(str(path)))
        made.parent.mkdir(exist_ok=True)
        made.write_bytes(bytecode(path.read_bytes(), f"{shown_as}/{path.relative_to(folder).as_posix()}"))


if __name__ == "__main__":
    main(*sys.argv[1:])
