"""When a commit was written: an hour after the one before, or as whoever holds the repository says."""

from datetime import UTC, datetime, timedelta

from bluegreen_emulator.code import Repository
from bluegreen_emulator.github.shapes import committed_at

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_commits_are_an_hour_apart_unless_somebody_says_when():
    held = Repository("holi-labs/web")
    first, second = held.commit(), held.commit()
    assert committed_at(held, second.sha) - committed_at(held, first.sha) == timedelta(hours=1)


def test_a_commit_is_as_old_as_its_repository_says():
    held = Repository("holi-labs/web", written=lambda: NOW - timedelta(minutes=40))
    assert committed_at(held, held.release("v1.3.0").sha) == NOW - timedelta(minutes=40)
