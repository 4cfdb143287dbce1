"""The same schedule is the same run: also in another process, which hashes strings in another order."""

import os
import subprocess
import sys

import pytest

from tests.simulation.digest import digest
from tests.simulation.faults.scenarios import GOOD
from tests.simulation.faults.schedule import Fault

SEEDS = ("7", "23", "37", "100")  # clocks that differ, an app ingress, a load balancer, invocations in between


@pytest.mark.slow
def test_two_processes_run_a_seed_alike():
    one, two = (_in_a_process_of_its_own(hash_seed) for hash_seed in ("1", "2"))
    assert one == two
    assert len(set(one)) == len(SEEDS)


def test_another_fault_is_another_run():
    assert digest(GOOD) != digest(GOOD.with_faults([Fault(104, "kill")]))


def _in_a_process_of_its_own(hash_seed: str) -> list[str]:
    command = [sys.executable, "-m", "tests.simulation.digest", *SEEDS]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.split()
