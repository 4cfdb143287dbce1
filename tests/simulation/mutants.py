"""All deliberate mistakes in the product: the simulation must notice each of them."""

from tests.simulation import driven_mutants, journal_mutants, release_mutants, way_back_mutants
from tests.simulation.mutation import MUTANTS, under
from tests.simulation.sets import mutants as set_mutants

__all__ = [
    "MUTANTS",
    "driven_mutants",
    "journal_mutants",
    "release_mutants",
    "set_mutants",
    "under",
    "way_back_mutants",
]
