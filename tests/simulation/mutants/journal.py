"""Mistakes in how versions are written and read."""

from bluegreen.clients.store import journal
from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.journal_reader import JournalReader
from bluegreen.core.errors import Stale, Unavailable
from bluegreen.core.record import Version
from tests.simulation.mutants.mutation import Patch, mutant


@mutant
def append_without_condition() -> list[Patch]:
    """Numbers are overwritten: the last writer wins."""

    def create(self: Journal, version: Version, body: bytes) -> None:
        if self._objects.get(self.key(version.seq)) is None:
            self._objects.create(self.key(version.seq), body)
        else:
            self._objects.put(self.key(version.seq), body)

    return [(Journal, "_create", create)]


@mutant
def a_lost_append_is_taken_for_won() -> list[Patch]:
    def create(self: Journal, version: Version, body: bytes) -> None:
        try:
            self._objects.create(self.key(version.seq), body)
        except (Stale, Unavailable):
            return

    return [(Journal, "_create", create)]


@mutant
def what_is_written_cannot_be_read() -> list[Patch]:
    return [(journal, "encode", lambda version: version.model_dump_json(exclude={"by"}).encode())]


@mutant
def what_is_written_says_less_than_was_meant() -> list[Patch]:
    less = {"record": {"quarantine", "past"}}
    return [(journal, "encode", lambda version: version.model_dump_json(exclude=less).encode())]


@mutant
def a_write_that_timed_out_is_tried_under_the_next_number() -> list[Patch]:
    def create(self: Journal, version: Version, body: bytes) -> None:
        try:
            self._objects.create(self.key(version.seq), body)
        except Unavailable:
            following = version.model_copy(update={"seq": version.seq + 1})
            self._objects.create(self.key(following.seq), journal.encode(following))

    return [(Journal, "_create", create)]


@mutant
def the_head_is_trusted_as_the_truth() -> list[Patch]:
    def newest(self: Journal) -> Version | None:
        return self._hint() or self._following(None, 0)

    return [(JournalReader, "newest", newest)]
