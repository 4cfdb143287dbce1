"""Random walks in which whatever is printed is run where it stands, and nothing is refused: see walker.py."""

import pytest

from tests.chain.walker import walk

pytestmark = pytest.mark.slow

SAMPLE = (4, 15, 26, 38)  # each with another setting; of the router, a DNS record and a load balancer


def test_what_a_walk_prints_is_taken():
    walks = [walk(seed, steps=15) for seed in SAMPLE]

    assert [each.told for done in walks for each in done.refused] == []
    assert sum(done.tried for done in walks) > 0


@pytest.mark.search
@pytest.mark.parametrize("seed", range(60))
def test_what_many_walks_print_is_taken(seed):
    assert [each.told for each in walk(seed).refused] == []
