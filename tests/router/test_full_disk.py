"""A disk that is full or read-only stops neither a start nor a switch."""

import sys
import tempfile
from pathlib import Path

import pytest

from bluegreen.core.environment import Environment
from bluegreen_router import __main__ as program
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full and /dev/shm are Linux's")


def test_a_switch_is_followed_on_a_full_disk(start, service, tmp_path, capfd):
    (tmp_path / ".route.json").symlink_to("/dev/full")
    router = start()
    router.follows(service.serve(BLUE))
    router.follows(service.serve(GREEN))
    said = until(lambda: "the kept route" in (found := capfd.readouterr().out) and found)

    assert router.get().json()["name"] == "green"
    assert "No space left on device; the route serves all the same" in said


def test_what_holds_secrets_is_not_on_the_disk(start, service, tmp_path):
    router = start(BLUEGREEN_PREVIEW_SECRET="preview-secret", BLUEGREEN_ORIGIN_SECRET="origin-secret")
    router.follows(service.serve(BLUE))
    until(lambda: (tmp_path / "route.json").exists())
    found = [path for path in tmp_path.rglob("*") if path.is_file() and b"-secret" in path.read_bytes()]
    handed_over = {str(link.readlink()) for link in Path(f"/proc/{router.envoy.pid}/fd").iterdir()}

    assert found == []
    assert "/memfd:envoy.json (deleted)" in handed_over


def test_without_a_place_on_the_disk_it_runs_in_memory(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with program._fresh_folder() as folder:
        assert Path(folder).parent == Path("/dev/shm")
        (Path(folder) / "admin").touch()

    assert not Path(folder).exists()
