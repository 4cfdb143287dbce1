"""A deliberate mistake in the product, made at run time: what it changes, and how it is undone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Change = tuple[Any, str, Any]
MUTANTS: dict[str, Callable[[], list[Change]]] = {}


def mutant(make: Callable[[], list[Change]]) -> Callable[[], list[Change]]:
    """Named by its function: what is wrong with the product under it."""
    MUTANTS[make.__name__.replace("_", " ")] = make
    return make


@contextmanager
def under(name: str) -> Iterator[None]:
    """The product with that mistake."""
    changes = MUTANTS[name]()
    kept = [(owner, attribute, owner.__dict__[attribute]) for owner, attribute, _ in changes]
    try:
        for owner, attribute, instead in changes:
            setattr(owner, attribute, instead)
        yield
    finally:
        for owner, attribute, was in kept:
            setattr(owner, attribute, was)
