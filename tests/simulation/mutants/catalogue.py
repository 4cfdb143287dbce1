"""All deliberate mistakes in the product: the simulation must notice each of them."""

from tests.simulation.mutants import journal, provider_routing, release_sets, releases, rollbacks
from tests.simulation.mutants.mutation import MUTANTS, under

__all__ = [
    "MUTANTS",
    "journal",
    "provider_routing",
    "release_sets",
    "releases",
    "rollbacks",
    "under",
]
