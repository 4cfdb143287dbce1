"""demo/install.py, which runs before anything is installed: two of pip share a list, and a miss is an error."""

import hashlib
import runpy
import subprocess
import sys
import zipfile

import pytest

from bluegreen_cli.stage import ROOT

pytestmark = pytest.mark.slow

PROGRAM = ROOT / "demo" / "install.py"
LOCK = ROOT / "requirements-demo.lock"


def wheel(folder, name):
    """A package with one module, and the line of a list that names it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return f"{name} @ file://{path} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def run(folder, text):
    (folder / "list.txt").write_text(text)
    program = [sys.executable, str(PROGRAM), str(folder / "venv"), str(folder / "list.txt")]
    return subprocess.run(program, capture_output=True, text=True, timeout=200)


def test_the_list_is_shared_and_nothing_of_it_is_lost():
    text = LOCK.read_text()
    two = runpy.run_path(str(PROGRAM))["parts"](text)
    named = [[line.split("==")[0] for line in part.splitlines() if line[:1].isalnum()] for part in two]
    whole = [line.split("==")[0] for line in text.splitlines() if line[:1].isalnum()]
    assert sorted(named[0] + named[1]) == sorted(whole)
    assert abs(len(named[0]) - len(named[1])) <= 1
    assert sum(part.count("--hash=") for part in two) == text.count("--hash=")


def test_what_each_of_them_installs_can_be_imported(tmp_path):
    done = run(tmp_path, "".join(wheel(tmp_path, name) for name in ("one_of_them", "another", "third")))
    assert done.returncode == 0, done.stdout + done.stderr
    imports = "import one_of_them, another, third"
    subprocess.run([tmp_path / "venv" / "bin" / "python", "-c", imports], check=True, timeout=60)


@pytest.mark.parametrize("which", [0, 1])
def test_a_package_that_is_not_what_its_hash_says_is_an_error_and_said(tmp_path, which):
    lines = [wheel(tmp_path, name) for name in ("one_of_them", "another")]
    lines[which] = lines[which].split("sha256:")[0] + "sha256:" + "0" * 64 + "\n"
    done = run(tmp_path, "".join(lines))
    assert done.returncode == 1
    assert "ERROR" in done.stderr
