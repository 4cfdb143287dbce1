"""What a reader enters to follow one story does not grow."""

import pytest

from tests.house.limits import WALKS
from tests.house.walks import walk


@pytest.mark.parametrize("name", WALKS)
def test_a_reader_enters_no_more_than_the_limit(name):
    found, limit = walk(name), WALKS[name]

    assert len(found.files) <= limit.files, "\n".join(found.files)
    assert len(found.functions) <= limit.functions, "\n".join(map(str, found.functions))


def test_the_walks_see_the_journal_the_steps_and_the_driver():
    floors = {function.floor for function in walk("push").functions}

    assert {"entrypoints", "steps", "traffic", "sources", "clients", "core"} <= floors
