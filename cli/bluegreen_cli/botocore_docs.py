"""botocore without its writer of documentation: sixteen modules that every cold start imports and no function uses.

botocore gives each method of a client a docstring that writes itself once somebody asks for help. In a function nobody
does, so there it is an empty one. What else botocore takes from that package are the marks that its handlers carry.
"""

import shutil
from pathlib import Path

_KEPT = {"__init__.py", "utils.py", "docstring.py"}
_EMPTY = """\
class LazyLoadedDocstring(str):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    def __init__(self, *args, **kwargs):
        super().__init__()


ClientMethodDocstring = PaginatorDocstring = WaiterDocstring = LazyLoadedDocstring
"""


def cut(botocore: Path) -> None:
    """`botocore`: its folder, changed in place."""
    docs = botocore / "docs"
    if not docs.is_dir():
        return
    for found in docs.iterdir():
        if found.is_dir():
            shutil.rmtree(found)
        elif found.name not in _KEPT:
            found.unlink()
    (docs / "__init__.py").write_text("")
    (docs / "docstring.py").write_text(_EMPTY)
