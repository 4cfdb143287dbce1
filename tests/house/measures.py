"""All that is measured, in the order in which it is printed."""

from collections.abc import Callable, Iterator

from tests.house import branches, imports, limits, pages, sizes
from tests.house.measure import Measure
from tests.house.walks import STORIES, walk


def walked() -> Iterator[Measure]:
    for name, limit in limits.WALKS.items():
        found, says = walk(name), STORIES[name].says
        yield Measure(f"{says}: files", len(found.files), limit.files, aim=limit.aim_files)
        yield Measure(f"{says}: functions", len(found.functions), limit.functions, aim=limit.aim_functions)


ALL: dict[str, Callable[[], Iterator[Measure]]] = {
    "sizes": sizes.measures,
    "branches": branches.measures,
    "imports": imports.measures,
    "pages": pages.measures,
    "walks": walked,
}
