"""A program that ends when its parent does, however that ended: `python end_with_parent.py PARENT PROGRAM ARGUMENT…`

Linux sends it SIGTERM then (man 2 PR_SET_PDEATHSIG). The order outlives `exec`, so what runs afterwards is the program
alone. It is given here, not between fork and exec: there, in a process that has threads, Python code may wait for ever
for a lock that a thread of the parent held.
"""

import ctypes
import os
import signal
import sys

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h


def main(parent: int, command: list[str]) -> None:
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the parent has ended before its child began")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
