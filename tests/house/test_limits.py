"""The house keeps its limits, and what measures them sees what it should."""

import grimp
import pytest

from tests.house import imports, limits, pages, sizes
from tests.house.measures import ALL
from tests.house.walks import walk


@pytest.mark.parametrize("name", ALL)
def test_every_limit_is_kept(name):
    assert [str(measure) for measure in ALL[name]() if not measure.kept] == []


def test_every_function_has_a_door():
    assert len(sizes.sources("packages")) == 14


def test_a_circle_is_seen_and_named():
    graph = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")):
        graph.add_import(importer=importer, imported=imported)

    assert imports.circles(graph) == [["a", "b", "c"]]


def test_the_index_links_to_pages_by_their_path(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("[a](a.md) and [a part of b](below/b.md#part), not [this](https://example.com/c.md)")

    assert list(pages.linked(page)) == [tmp_path / "a.md", tmp_path / "below" / "b.md"]


def test_an_exception_from_the_complexity_has_a_reason():
    assert all(limits.COMPLEX.values())


def test_the_walks_see_the_journal_the_steps_and_the_driver():
    floors = {function.floor for function in walk("push").functions}

    assert {"entrypoints", "steps", "traffic", "sources", "clients", "core"} <= floors


def test_a_walk_does_not_depend_on_what_ran_before():
    first = walk("webhook")
    walk("push")

    assert walk("webhook") == first
