"""A run in 64 hexadecimal digits: two runs with the same digest crossed the same points and wrote the same bytes.

python -m tests.simulation.digest 7 8       # of seeds 7 and 8
"""

import hashlib
import json
import sys

from tests.simulation.engine.make_run import make_run
from tests.simulation.faults.schedule import Schedule
from tests.simulation.faults.seeds import schedule as from_seed


def digest(schedule: Schedule) -> str:
    run = make_run(schedule, verbose=True)
    found = run.play()
    stored = {key: hashlib.sha256(body).hexdigest() for key, body in run.store.bodies.items()}
    told = [found.lines, found.trace, found.checked, found.outcomes, stored]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write("\n".join(digest(from_seed(int(seed))) for seed in sys.argv[1:]) + "\n")
