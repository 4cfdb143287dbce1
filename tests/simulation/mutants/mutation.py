"""A mutant: the product with a deliberate mistake, made at run time by patching it, and undone again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bluegreen.cloud import Cloud
from bluegreen.core.errors import Stale

Patch = tuple[Any, str, Any]
MUTANTS: dict[str, Callable[[], list[Patch]]] = {}


def mutant(make: Callable[[], list[Patch]]) -> Callable[[], list[Patch]]:
    """Named by its function: what is wrong with the product under it."""
    MUTANTS[make.__name__.replace("_", " ")] = make
    return make


def waits_for_the_claim(act: Callable[..., Any]) -> Callable[..., Any]:
    """An act on a cloud that is refused while somebody else is at work on the release."""

    def waiting(cloud: Cloud, *given: Any) -> Any:
        version = cloud.journal.newest()
        release = version.record.release if version else None
        if release is not None and release.claimed_by_other(cloud.caller.activation, cloud.clock.now()):
            raise Stale(f"{release.tag} is in another's hands")
        return act(cloud, *given)

    return waiting


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
