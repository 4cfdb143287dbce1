"""The command as it is installed, where the machine is not as one would wish."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bluegreen_cli.stage import ROOT

pytestmark = pytest.mark.slow

BLUEGREEN = Path(sys.executable).with_name("bluegreen")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
INIT = ("init", "--name", "web", "--repository", "acme/shop", "--url", "https://shop.example")


def run(*words, folder, out=subprocess.PIPE, **environment):
    return subprocess.run(
        [BLUEGREEN, *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        timeout=60,
    )


SOME = [
    ("docs",),
    ("docs", "watch"),
    ("doctor",),
    ("doctor", "--json"),
    ("--version",),
    ("health", "http://127.0.0.1:9/x"),
]


@pytest.mark.parametrize("words", SOME)
def test_a_full_disk_is_said_in_one_line(words, tmp_path):
    with open("/dev/full", "wb") as full:
        done = run(*words, folder=tmp_path, out=full)

    assert done.returncode == 1
    assert done.stderr == b"what this command prints: No space left on device\n"


def test_a_folder_that_takes_no_file_is_said_in_one_line(tmp_path):
    done = run("stage", "--out", "/proc/nowhere/out", "--config", str(ROOT / "bluegreen.yml"), folder=tmp_path)
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    "words", [INIT, ("docs",), ("docs", "traffic"), ("doctor",), ("migrations", "explain", "M101")]
)
def test_a_terminal_of_ascii_reads_it_all(words, tmp_path):
    done = run(*words, folder=tmp_path, **ASCII)

    assert b"Traceback" not in done.stderr
    assert done.stdout
    assert b"?" not in done.stdout.replace(b"?\n", b"").replace(b"was meant?", b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("words", "expected"), [("init", 2), ("doctor", 1), ("setup --plan", 1), ("setup", 2), ("docs", 0)]
)
def test_under_a_supervisor_that_closes_its_streams_nobody_is_asked(closed, words, expected, tmp_path):
    done = run_in_shell(f'"{BLUEGREEN}" {words} {closed}', tmp_path)

    assert done.returncode == expected
    assert b"Traceback" not in done.stdout + done.stderr
    assert [*tmp_path.iterdir()] == []


def run_in_shell(line, folder):
    return subprocess.run(
        ["sh", "-c", line], cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, timeout=60
    )


def test_files_are_utf_8_in_every_locale(tmp_path):
    assert run(*INIT, "--folder", "here", folder=tmp_path, **ASCII).returncode == 0
    assert run(*INIT, "--folder", "there", folder=tmp_path, LC_ALL="C.UTF-8").returncode == 0

    here, there = (
        {p.name: p.read_bytes() for p in (tmp_path / n).rglob("*") if p.is_file()} for n in ("here", "there")
    )
    assert here == there
