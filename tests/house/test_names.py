"""Files are named for something, and say what they are for."""

import ast
from pathlib import Path

import pytest

from tests.house.sizes import name_of, sources

SAYS_NOTHING = {"util", "utils", "helper", "helpers", "manager", "handler", "handlers", "base", "common", "misc"}


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_a_file_is_named_for_something_and_says_what_it_is_for(path: Path):
    assert not SAYS_NOTHING & set(path.stem.split("_"))
    if path.name != "__init__.py" and path.stat().st_size:
        says = ast.get_docstring(ast.parse(path.read_text()))
        assert says, "a module begins with a line that says what it is for"
