"""All deliberate mistakes in the product: the simulation must notice each of them."""

from tests.simulation.mutants import journal as journal_mutants
from tests.simulation.mutants import provider_routing as driven_mutants
from tests.simulation.mutants import release_sets as set_mutants
from tests.simulation.mutants import releases as release_mutants
from tests.simulation.mutants import rollbacks as way_back_mutants
from tests.simulation.mutants.mutation import MUTANTS, under

__all__ = [
    "MUTANTS",
    "driven_mutants",
    "journal_mutants",
    "release_mutants",
    "set_mutants",
    "under",
    "way_back_mutants",
]
