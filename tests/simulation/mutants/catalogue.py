"""All mutants: deliberate mistakes in the product, each of which the simulation must detect."""

from tests.simulation.mutants import (
    after_bake,
    journal,
    judging,
    notices,
    overseer,
    provider_routing,
    release_sets,
    releases,
    rollbacks,
    slow_answers,
    store,
)
from tests.simulation.mutants.mutation import MUTANTS, under

__all__ = [
    "MUTANTS",
    "after_bake",
    "journal",
    "judging",
    "notices",
    "overseer",
    "provider_routing",
    "release_sets",
    "releases",
    "rollbacks",
    "slow_answers",
    "store",
    "under",
]
