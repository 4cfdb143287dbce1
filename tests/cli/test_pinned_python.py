"""The functions get libraries and bytecode of the Python that project.yml names, whatever Python runs the command."""

import json
import marshal
import shutil
import subprocess
import sys
from importlib.util import MAGIC_NUMBER, source_hash

import pytest
import yaml
from typer.testing import CliRunner

from bluegreen_cli import compiling, deployment, libraries, stage
from bluegreen_cli.faults import Faulty
from bluegreen_cli.main import app
from tests.cli.conftest import PYTHON

OTHER = "3.12" if PYTHON != "3.12" else "3.13"


def invoked(written, tmp_path, *options):
    (tmp_path / "bluegreen.yml").write_text(yaml.safe_dump(written))
    where = ["--config", str(tmp_path / "bluegreen.yml"), "--out", str(tmp_path / "out")]
    return CliRunner().invoke(app, ["stage", *where, *options])


@pytest.mark.parametrize("python", ["3.12", "3.13", "3.8", "2.7", "three"])
def test_another_python_than_the_runtime_s_is_refused_and_nothing_is_written(python, written, tmp_path):
    done = invoked(written, tmp_path, "--python", python)

    assert done.exit_code == 2
    assert f"--python {python}: project.yml says runtime python:3.11" in done.output
    assert "leave --python out" in done.output
    assert not (tmp_path / "out").exists()


def root_for(python, tmp_path):
    """A root whose project.yml names that Python."""
    text = (deployment.root() / "project.yml").read_text().replace("python:3.11", f"python:{python}")
    shutil.copytree(deployment.root() / "packages", tmp_path / "root" / "packages")
    shutil.copy(deployment.root() / "requirements-functions.lock", tmp_path / "root")
    (tmp_path / "root" / "project.yml").write_text(text)
    return tmp_path / "root"


def test_where_the_runtime_s_python_is_not_here_it_is_said_and_nothing_is_fetched(written, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))  # neither python3.12 nor any python3
    root = root_for(OTHER, tmp_path)

    with pytest.raises(Faulty, match=rf"run under Python {OTHER}, .* no python{OTHER} is in the PATH: install it"):
        stage.stage(written, tmp_path / "out", root=root)

    assert not (tmp_path / "out").exists()
    assert [path.name for path in root.glob(".stage_cache/*")] in ([], [".gitignore"])


def test_a_name_in_the_path_is_not_believed(written, tmp_path, monkeypatch):
    """A launcher of that name may start another Python, or none."""
    wrong = tmp_path / "bin" / f"python{OTHER}"
    wrong.parent.mkdir()
    wrong.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    wrong.chmod(0o755)
    monkeypatch.setenv("PATH", str(wrong.parent))

    with pytest.raises(Faulty, match="install it"):
        libraries.compile_for(OTHER, tmp_path, "shown")


def test_bytecode_has_the_docstrings_of_classes_alone_and_every_assert():
    source = b'''"""Of a module."""
class A:
    """Of a class."""
    def method(self):
        """Of a method."""
def only_said():
    """Of a function."""
def asserts():
    """Of a function."""
    assert False, "an assert"
'''
    made = compiling.bytecode(source, "shown.py")
    found = {}
    exec(marshal.loads(made[16:]), found)

    assert made[:16] == MAGIC_NUMBER + b"\1\0\0\0" + source_hash(source)
    assert (found.get("__doc__"), found["A"].__doc__) == (None, "Of a class.")
    assert (found["A"].method.__doc__, found["only_said"].__doc__, found["only_said"]()) == (None, None, None)
    assert found["asserts"].__code__.co_filename == "shown.py"
    with pytest.raises(AssertionError, match="an assert"):
        found["asserts"]()


def real(python):
    """A Python of that version on this machine."""
    found = shutil.which(f"python{python}")
    asked = [found, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"] if found else None
    told = subprocess.run(asked, capture_output=True, text=True).stdout.strip() if asked else ""
    return found if told == python else None


def test_bytecode_is_made_by_the_runtime_s_python(tmp_path):
    found = real(OTHER)
    if found is None:
        pytest.skip(f"Python {OTHER} is not on this machine")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("x = 1\n")

    libraries.compile_for(OTHER, tmp_path / "code", "shown")

    (made,) = (tmp_path / "code").rglob("*.pyc")
    magic = [found, "-c", "import importlib.util, json; print(json.dumps(list(importlib.util.MAGIC_NUMBER)))"]
    assert list(made.read_bytes()[:4]) == json.loads(subprocess.run(magic, capture_output=True, text=True).stdout)
