"""The load on one target, in a process of its own: runs until its standard input ends, then prints what came of it."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence

from benchmarks.switch.asking import Outcome, clients
from benchmarks.switch.events import listeners
from bluegreen_cli.faults import Faulty
from bluegreen_cli.stage import ROOT

_ENDS_WITHIN = 120  # seconds: a million outcomes take some to be told
MIXED, CROWD = "load", "crowd"  # all kinds of requests, or very many short ones


class Load:
    """`outcomes` comes back when what was in flight has been answered."""

    def __init__(self, once: Sequence[str], two: Sequence[str], kind: str = MIXED) -> None:
        """Addresses for HTTP/1.1, and for HTTP/2."""
        self._told = tempfile.TemporaryFile()  # noqa: SIM115  # closed in `close`
        told = self._told.fileno()
        program = [sys.executable, "-m", f"benchmarks.switch.{kind}", json.dumps([list(once), list(two)]), str(told)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            program, cwd=ROOT, stdin=pipe, stdout=pipe, pass_fds=(told,), start_new_session=True
        )

    @property
    def answered(self) -> int:
        """So far, of a crowd."""
        if self._process.poll() is not None:
            raise Faulty(["the load has ended before its time; nothing was measured"])
        return int.from_bytes(os.pread(self._told.fileno(), 8, 0), "big")

    def outcomes(self) -> list[Outcome]:
        said, _ = self._process.communicate(timeout=_ENDS_WITHIN)
        if self._process.returncode:
            raise Faulty(["a client of the load ended by a fault of its own; nothing was measured"])
        return [Outcome(*one) for one in json.loads(said)]

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        self._told.close()


def main() -> None:
    threading.excepthook = _end
    once, two = json.loads(sys.argv[1])
    stop = threading.Event()
    lists: list[list[Outcome]] = []
    threads = []
    for client in (*clients(once, two), *listeners(once)):
        lists.append([])
        threads.append(threading.Thread(target=client, args=(stop, lists[-1]), daemon=True))
        threads[-1].start()
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    print(json.dumps([one for outcomes in lists for one in outcomes]))


def _end(fault: threading.ExceptHookArgs) -> None:
    """A client that has died would make the figures too good."""
    threading.__excepthook__(fault)
    os._exit(1)


if __name__ == "__main__":
    main()
