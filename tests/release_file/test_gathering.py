"""The versions of a release that is over are kept in a file: whole, once, and without a gap to the file before."""

import pytest

from bluegreen.core.gathered import Gathered
from bluegreen.core.phases import Phase
from bluegreen.core.release_file import gathering
from bluegreen.core.release_file.chain import faults, link
from bluegreen.core.release_file.encoding import decoded, encoded
from bluegreen.watch import release_files
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.build import in_phase
from tests.release_file.kept import FAULTY, at_rest, files, good, hour, kept, laptop, no_files, release

pytestmark = pytest.mark.slow

KEY = "services/web/releases/web-1.json"


def journal(found, first, last):
    return [found.state.get(f"services/web/journal/{seq:08d}.json") for seq in range(first, last + 1)]


def test_a_release_that_is_over_has_a_file_with_the_very_bytes_of_its_versions():
    found = laptop()
    gathered = found.record().gathered

    assert kept(found) == journal(found, 1, gathered.seq)
    assert (gathered.release, gathered.over) == ("web-1", True)
    assert link(kept(found)[-2]).release == "web-1"
    assert link(kept(found)[-1]).release == ""


def test_while_nothing_is_over_no_file_is_made_and_nothing_more_is_written():
    found = laptop()
    for _ in range(5):  # within them GitHub's tags are noted
        found.minute()
    keys, newest = found.state.keys(""), found.record()
    found.minute()
    assert found.state.keys("") == keys
    assert found.record() == newest


def test_the_next_file_goes_on_where_the_one_before_ends():
    found = laptop()
    release(found, "v1.4.0", FAULTY)
    release(found, "v1.5.0")

    bodies = [*kept(found, "web-1"), *kept(found, "web-2"), *kept(found, "web-3")]

    assert not faults(bodies)
    assert [link(body).seq for body in bodies] == [*range(1, len(bodies) + 1)]


def test_a_file_that_is_there_is_never_written_over():
    found = laptop()
    first = found.state.get(KEY)
    cloud = found.cloud("ops/watch")
    version = cloud.journal.newest()
    again = version.model_copy(update={"record": version.record.model_copy(update={"gathered": None})})
    found.state.put(KEY, b"what was first stays")
    release_files.keep(cloud, again)

    assert found.state.get(KEY) == b"what was first stays"
    assert first is not None


def test_versions_that_expired_before_are_missing_and_what_is_left_is_kept():
    found = at_rest()
    with no_files(found):
        release(found, "v1.3.0")
    for seq in range(1, 6):
        del found.state._bodies[f"services/web/journal/{seq:08d}.json"]

    found.minute()

    assert link(kept(found)[0]).seq == 6
    assert not faults(kept(found))


def test_a_long_release_has_several_parts(monkeypatch):
    monkeypatch.setattr(gathering, "PART", 10)
    found = laptop()
    for _ in range(8):
        found.minute()

    parts = files(found).parts("web-1")

    assert len(parts) > 2
    assert [len(part.bodies) for part in parts[:-1]] == [10] * (len(parts) - 1)
    assert [body for part in parts for body in part.bodies] == journal(found, link(kept(found)[0]).seq,
                                                                       link(kept(found)[-1]).seq)  # fmt: skip
    assert not faults(kept(found))


def rest_between(found, versions):
    """So many versions in which nothing is in flight."""
    newest = found.cloud("test").journal.newest().seq
    while found.cloud("test").journal.newest().seq < newest + versions:
        found.invoke("deploy", {"pause": "true"})
        found.invoke("deploy", {"resume": "true"})


def all_kept(found):
    """All versions that are in files, in their order."""
    parts = [decoded(found.state.get(key)) for key in found.state.keys("services/web/releases/")]
    return sorted((body for part in parts for body in part.bodies), key=lambda body: link(body).seq)


def test_a_release_after_a_long_rest_has_a_file_that_ends_with_it(monkeypatch):
    found = laptop()
    monkeypatch.setattr(gathering, "PART", 10)
    rest_between(found, 36)
    for number, tag in enumerate(("v1.4.0", "v1.5.0"), start=2):
        release(found, tag)
        for _ in range(8):
            found.minute()
        bodies = kept(found, f"web-{number}")
        assert (link(bodies[-2]).release, link(bodies[-1]).release) == (f"web-{number}", "")

    bodies = all_kept(found)
    assert not faults(bodies)
    assert [link(body).seq for body in bodies] == [*range(1, found.record().gathered.seq + 1)]
    assert (found.record().gathered.release, found.record().gathered.over) == ("web-3", True)


def test_a_release_that_ends_where_a_part_does_has_its_end_in_the_next(monkeypatch):
    monkeypatch.setattr(gathering, "PART", len(kept(good())) - 1)
    found = laptop()
    for _ in range(3):
        found.minute()

    first, last = files(found).parts("web-1")
    assert [link(body).release for body in (first.bodies[-1], *last.bodies)] == ["web-1", ""]
    assert found.record().gathered.over


class Counted(MemoryObjects):
    """How many versions of the journal are read."""

    def __init__(self, of):
        super().__init__()
        self.read = 0
        self._bodies = of._bodies

    def get(self, key):
        self.read += "/journal/" in key
        return super().get(key)


def counted(found):
    """What is read in each of some minutes in which nothing happens."""
    found.state = found.shared.__dict__["state"] = Counted(found.state)
    minutes = []
    for _ in range(8):
        found.state.read = 0
        found.minute()
        minutes.append(found.state.read)
    return minutes


def test_what_can_give_no_file_is_looked_through_once():
    found = at_rest()
    with no_files(found):
        release(found, "v1.3.0")
    rest_between(found, 40)
    for body in journal(found, 1, 36):
        del found.state._bodies[f"services/web/journal/{link(body).seq:08d}.json"]
    assert link(found.state.get(found.state.keys("services/web/journal/")[0])).release == ""

    first, *later = counted(found)
    assert first > 30
    assert max(later[2:]) < 5

    release(found, "v1.4.0")
    assert link(kept(found, "web-2")[-2]).release == "web-2"
    assert not faults(kept(found, "web-2"))


def test_a_minute_reads_no_more_than_a_part(monkeypatch):
    found = at_rest()
    with no_files(found):
        release(found, "v1.3.0")
        rest_between(found, 200)
        release(found, "v1.4.0")
    monkeypatch.setattr(gathering, "PART", 20)
    monkeypatch.setattr(release_files, "_BATCH", 5)

    assert max(counted(found)) < 20 + 5 + 10


@pytest.mark.parametrize(("newest", "pending"), [(99 + 600, False), (100 + 600, True)])
def test_a_release_that_goes_on_is_read_once_it_has_filled_another_part(newest, pending):
    record = in_phase(Phase.WATCHING)
    record = record.model_copy(update={"gathered": Gathered(seq=100, release="web-1", over=False)})
    assert gathering.is_pending(record, newest) is pending
    assert gathering.is_pending(record.model_copy(update={"release": None}), newest)


def test_a_file_of_rest_is_no_release_though_its_name_has_a_number():
    """As records say that were written before the newest release was noted."""
    record = good().record()
    rest = record.model_copy(update={"gathered": Gathered(seq=640, release="idle-41")})
    assert gathering.is_pending(rest, 700)


def test_spoilt_versions_are_kept_as_they_are():
    (part,) = files(good()).parts("web-1")
    spoilt = part._replace(bodies=(*part.bodies[:5], b"\xff\xfe not JSON, [", *part.bodies[6:]))

    assert decoded(encoded(spoilt)) == spoilt
    assert len(faults(spoilt.bodies)) == 1


def test_a_bake_of_an_hour_is_a_third_of_its_versions():
    found = hour()
    size = len(found.state.get(KEY))
    assert size < sum(map(len, kept(found))) / 3 < 4e6 / 3


@pytest.mark.parametrize("many", [1, 2, 7])
def test_a_file_of_any_versions_reads_as_what_was_written(many):
    (part,) = files(good()).parts("web-1")
    few = part._replace(bodies=part.bodies[:many])
    assert decoded(encoded(few)) == few


def test_a_release_that_begins_as_another_ends_is_the_next_file_s():
    def body(seq, release):
        return f'{{"seq":{seq},"previous":"","record":{{"release":{release}}}}}'.encode()

    ids = ["null", '{"id":"web-1"}', '{"id":"web-1"}', '{"id":"web-2"}', '{"id":"web-2"}']
    bodies = {seq: body(seq, each) for seq, each in enumerate(ids, start=7)}
    assert gathering.cut(bodies) == ("web-1", 4, True)
    assert gathering.cut({seq: bodies[seq] for seq in (7, 8, 9)}) is None
