"""The wheel, installed into an empty environment: everything works in an empty folder, far from any clone."""

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from bluegreen_cli.stage import ROOT
from tests.waiting import until

pytestmark = pytest.mark.timeout(900)  # a slow package index is no fault of the wheel's
PACKAGES = {"bluegreen", "bluegreen_cli", "bluegreen_demo", "bluegreen_emulator", "bluegreen_router"}


def bare(folder, **environment):
    """Nothing of this environment but the way to programs and to the package index."""
    kept = {k: v for k, v in os.environ.items() if k.startswith(("PIP_", "UV_", "SSL_")) or k.endswith("_proxy")}
    return {"PATH": os.defpath, "HOME": str(folder), "COLUMNS": "80", **kept, **environment}


def run(*command, cwd, seconds=300, **environment):
    return subprocess.run(
        command, cwd=cwd, env=bare(cwd, **environment), capture_output=True, text=True, timeout=seconds
    )


class Command:
    """`bluegreen` as it is installed, called in a folder."""

    def __init__(self, program, folder):
        self._program, self._folder = str(program), folder

    def __call__(self, *arguments):
        return run(self._program, *arguments, cwd=self._folder)

    def start(self, *arguments, output):
        both = {"stdout": output, "stderr": subprocess.STDOUT}
        return subprocess.Popen([self._program, *arguments], cwd=self._folder, env=bare(self._folder), **both)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT), cwd=out)
    assert built.returncode == 0, built.stdout + built.stderr
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def bluegreen(wheel, tmp_path_factory):
    """The command, at the versions that are tested, and an empty folder to call it in."""
    venv, folder = tmp_path_factory.mktemp("environment") / "venv", tmp_path_factory.mktemp("empty")
    made = run(sys.executable, "-m", "venv", str(venv), cwd=folder)
    assert made.returncode == 0, made.stderr
    versions = folder.parent / "versions.txt"
    versions.write_text("\n".join(re.findall(r"(?m)^[\w.\[\]-]+==[^ ;]+", (ROOT / "requirements.lock").read_text())))
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "-c", str(versions), str(wheel)]
    cache = os.environ.get("PIP_CACHE_DIR") or str(Path.home() / ".cache" / "pip")
    installed = run(*pip, cwd=folder, seconds=800, PIP_CACHE_DIR=cache)
    if installed.returncode and "No matching distribution" in installed.stderr + installed.stdout:
        pytest.skip("the package index cannot be reached, so the wheel's dependencies cannot be installed")
    assert installed.returncode == 0, installed.stderr

    return Command(venv / "bin" / "bluegreen", folder), folder


def test_the_wheel_installs_packages_whose_names_are_nobody_else_s(wheel):
    top = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {name for name in top if not name.endswith(".dist-info")} == PACKAGES


def test_the_wheel_carries_what_a_deployment_starts_from_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert "bluegreen_cli/deployment/project.yml" in names
    assert "bluegreen_cli/deployment/packages/default/rollback/__main__.py" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks")) or "__pycache__" in name]


def test_the_command_says_its_version_and_what_there_is(bluegreen):
    call, _ = bluegreen

    version, shown = call("--version"), call("--help")

    assert (version.returncode, version.stdout.split()[0]) == (0, "bluegreen")
    assert shown.returncode == 0, shown.stderr
    assert all(word in shown.stdout for word in ("demo", "doctor", "judge", "stage"))
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_functions_are_staged(bluegreen, wheel):
    call, folder = bluegreen
    with zipfile.ZipFile(wheel) as carried:
        (folder / "bluegreen.yml").write_bytes(carried.read("bluegreen_cli/init/example.yml"))

    staged = call("stage")

    assert staged.returncode == 0, staged.stdout + staged.stderr
    assert len(list((folder / ".build" / "packages").glob("*/*/__main__.py"))) == 14
    assert (folder / ".build" / "project.yml").is_file()


def test_the_demo_s_cloud_runs_and_ends_when_it_is_told_to(bluegreen):
    call, folder = bluegreen
    said = folder / "said.txt"
    with said.open("w") as output:
        cloud = call.start("demo", "--no-stories", output=output)
    try:
        until(lambda: "runs until Ctrl-C" in said.read_text(), within=400, what="the cloud runs", seen=said.read_text)
        addresses = json.loads((folder / ".bluegreen" / "local.json").read_text())
        answer = httpx.get(f"{addresses['production']}/api/health", timeout=30)
    finally:
        cloud.send_signal(signal.SIGINT)
        cloud.wait(timeout=60)

    assert (answer.status_code, answer.json()["version"]) == (200, "v1.2.0"), answer.text
    assert (cloud.returncode, "nothing is left running" in said.read_text()) == (0, True), said.read_text()
