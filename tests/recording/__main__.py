"""Part of `make screenshots`: the terminal, moving. README's a bad release, docs/terminal.md's a rollback."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.recording.drawing import drawing
from tests.recording.terminal import COLUMNS, record
from tests.waiting import until

FOLDER = Path(__file__).parents[2] / "docs" / "terminal"
PROGRAMS = Path(sys.executable).parent
ENV = {**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
SHOWN = 24  # rows
TYPED = [
    "bluegreen status",
    "bluegreen show latest",
    'bluegreen rollback --reason "the shop is slow"',
    "y",
    "bluegreen status",
    "bluegreen undo",
    "y",
    "bluegreen history",
    "exit",
]


def bad_release(folder):
    return record(["bluegreen", "demo", "--story", "bad-release"], folder, ENV)


def by_hand(folder):
    """On the cloud that a good release leaves behind."""
    typed = [("[y/N]: " if line == "y" else "$ ", f"{line}\n") for line in TYPED]
    with _held(folder):
        shell = ["bash", "--noprofile", "--noediting", "--rcfile", _prompt(folder), "-i"]
        return record(shell, folder, ENV, typed)[:-1]


def _prompt(folder):
    rc = folder / "rc"
    rc.write_text(". .bluegreen/local.sh\nPS1='$ '\nPS2='> '\n")
    return str(rc)


@contextmanager
def _held(folder):
    with (folder / "demo.log").open("w") as log:
        demo = subprocess.Popen(
            ["bluegreen", "demo", "--story", "good", "--hold"], cwd=folder, env=ENV, stdout=log, stderr=log
        )
    try:
        log = folder / "demo.log"
        until(lambda: "runs until Ctrl-C" in log.read_text() or demo.poll() is not None, 900, "the cloud")
        yield
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)


def main(names):
    FOLDER.mkdir(exist_ok=True)
    for name in names or RECORDINGS:
        play, title = RECORDINGS[name]
        with tempfile.TemporaryDirectory() as folder:
            rows = play(Path(folder))
        picture = drawing(rows, COLUMNS, SHOWN, title)
        (FOLDER / f"{name}.svg").write_text(
            re.sub(r"bgt_[\w-]+", lambda found: "bgt_".ljust(len(found[0]), "·"), picture)
        )


RECORDINGS = {
    "bad-release": (bad_release, "bluegreen demo: a release that fails in production is taken back by itself"),
    "by-hand": (by_hand, "A person looks, takes a release back, looks again, and undoes it"),
}

if __name__ == "__main__":
    main(sys.argv[1:])
