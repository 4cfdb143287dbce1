"""`.bluegreen/`: one local cloud at a time, and files that only their owner reads and that do not outlive it."""

import os
from pathlib import Path

import pytest

from bluegreen_demo.local_files import LOCAL, AlreadyRunning, only_one, shown


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_second_cloud_from_the_same_folder_is_refused_and_told_by_whom():
    with only_one(), pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"), only_one():
        pass
    with only_one() as free:
        assert free == Path(".bluegreen/cloud")


def test_the_files_are_for_their_owner_and_go_with_the_cloud():
    with only_one():
        LOCAL.write_text("left behind by one that was killed")
        LOCAL.chmod(0o644)
        with shown({LOCAL: "{}\n"}):
            assert LOCAL.read_text() == "{}\n"
            assert LOCAL.stat().st_mode & 0o777 == 0o600
        assert not LOCAL.exists()


def test_they_go_when_the_cloud_ends_with_an_error():
    with only_one(), pytest.raises(RuntimeError, match="boom"), shown({LOCAL: "{}\n"}):
        raise RuntimeError("boom")
    assert not LOCAL.exists()
