"""The peak memory of a process that runs one overseer's minute over so many services, in megabytes.

The store lies in the same process, and botocore is loaded though it is not asked: it is an upper bound.
"""

import re
import sys
from pathlib import Path

from benchmarks.scale.namespace import Namespace
from bluegreen.clients.redaction import NOTHING_SECRET
from bluegreen.clients.store.spaces import Spaces


def main(services: int, baking: int) -> None:
    Spaces("https://spaces.example", "fra1", "state", "KEY", "secret", NOTHING_SECRET)
    Namespace(services, baking).run(50.0)
    (peak,) = re.findall(
        r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8")
    )  # rusage tells of the parent too
    print(round(int(peak) / 1024, 1))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
