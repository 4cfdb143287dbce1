"""The journal on a store that is busy, loses answers, loses objects, or holds what nobody wrote."""

import itertools
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache

import pytest

from bluegreen.clients.store.journal import Journal, digest, encode
from bluegreen.core.errors import Corrupt, Later, RateLimited, Stale, Unavailable
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.build import NOW, first


def nonce():
    return uuid.uuid4().hex


@pytest.fixture
def journal(objects):
    return Journal(objects, f"web-{uuid.uuid4().hex[:8]}", nonce)


def append(journal, base, epoch=0):
    record = first().model_copy(update={"service": journal.service, "epoch": epoch})
    return journal.append(base, record, "a test", "why", NOW)


def written(journal, count):
    versions = [append(journal, None)]
    for epoch in range(1, count):
        versions.append(append(journal, versions[-1], epoch))
    return versions


def lose(objects, key):
    """As a bucket's lifecycle rule or a person does."""
    if isinstance(objects, MemoryObjects):
        objects._bodies.pop(key)
    else:
        objects._s3.delete_object(Bucket=objects._bucket, Key=key)


def head(journal):
    return f"services/{journal.service}/head.json"


def chain(journal):
    """Every version, its link to the one before it checked."""
    found, before = [], ""
    while (version := journal.read(len(found) + 1)) is not None:
        assert version.previous == before
        before = version.digest
        found.append(version)
    return found


# Busy, and silent


def test_a_busy_store_leaves_nothing_behind_and_the_write_may_be_repeated(spaces, spaces_server):
    journal = Journal(spaces, f"web-{nonce()}", nonce)
    one = append(journal, None)
    spaces_server.refuse_next("SlowDown", 503, times=1, method="PUT", path="journal/")
    with pytest.raises(RateLimited):
        append(journal, one, epoch=1)
    assert journal.read(2) is None
    assert append(journal, one, epoch=1).seq == 2


def test_a_time_out_after_success_is_a_success(spaces, spaces_server):
    journal = Journal(spaces, f"web-{nonce()}", nonce)
    one = append(journal, None)
    spaces_server.refuse_next("InternalError", 500, times=1, method="PUT", path="journal/", after_effect=True)
    assert append(journal, one, epoch=1) == journal.newest()
    assert len(chain(journal)) == 2


def test_a_head_that_cannot_be_written_loses_nothing(spaces, spaces_server):
    journal = Journal(spaces, f"web-{nonce()}", nonce)
    one = append(journal, None)
    spaces_server.refuse_next("SlowDown", 503, times=1, method="PUT", path="head.json")
    two = append(journal, one, epoch=1)
    assert journal.newest() == two
    assert journal.head_lags


@pytest.mark.slow
def test_eight_writers_on_a_busy_and_forgetful_store_lose_nothing_and_skip_no_number(spaces, spaces_server):
    for after in (False, True):
        spaces_server.refuse_next("SlowDown", 503, times=4, method="PUT", path="journal/", after_effect=after)
        spaces_server.refuse_next("InternalError", 500, times=4, method="PUT", path="journal/", after_effect=after)
    try:
        marks, written = race(spaces, writers=8)
    finally:
        spaces_server.clear_refusals()
    assert written == marks


def test_fifty_writers_on_a_busy_and_forgetful_store_lose_nothing_and_skip_no_number():
    marks, written = race(Forgetful(), writers=50)
    assert written == marks


class Forgetful(MemoryObjects):
    """Every third creation is not answered: half of those have landed."""

    def __init__(self):
        super().__init__()
        self._asked = itertools.count(1)

    def create(self, key, body):
        asked = next(self._asked)
        if asked % 6 == 3:
            raise RateLimited("SlowDown")
        super().create(key, body)
        if asked % 6 == 0:
            raise Unavailable("no answer")


def race(objects, writers):
    """Every writer wins one number, some without having heard of it at once: what they wrote, and what was written."""
    service, barrier = f"web-{nonce()}", threading.Barrier(writers, timeout=30)

    def write(number):
        journal, mark = Journal(objects, service, nonce), f"writer {number}"
        record = first().model_copy(update={"service": service})
        barrier.wait()
        for _ in range(20 * writers):
            base = journal.newest()
            try:
                journal.append(base, record, "a test", mark, NOW)
            except Later:
                landed = journal.read(base.seq + 1 if base else 1)
                if landed is None or landed.why != mark:
                    continue
            return mark
        raise AssertionError(f"{mark} never won")

    with ThreadPoolExecutor(writers) as pool:
        marks = list(pool.map(write, range(writers)))
    return sorted(marks), sorted(version.why for version in chain(Journal(objects, service, nonce)))


# A head that is gone, lags or lies


def test_a_head_that_is_gone_costs_nothing_but_reads(journal, objects):
    newest = written(journal, 3)[-1]
    lose(objects, head(journal))
    assert journal.newest() == newest
    assert journal.head_lags


@pytest.mark.parametrize("lie", [b"", b"{", b'{"seq": 99}'])
def test_a_spoilt_head_is_passed_over(journal, objects, lie):
    newest = written(journal, 3)[-1]
    objects.put(head(journal), lie)
    assert journal.newest() == newest
    assert journal.head_lags


def test_a_head_of_another_service_is_passed_over(journal, objects):
    newest = written(journal, 3)[-1]
    stray = json.loads(objects.get(head(journal)))
    stray["record"]["service"] = "another"
    objects.put(head(journal), json.dumps(stray).encode())
    assert journal.newest() == newest


def test_a_spoilt_head_with_nothing_behind_it_is_not_taken_for_a_first_day(journal, objects):
    objects.put(head(journal), b"{")
    with pytest.raises(Corrupt):
        journal.newest()


# Versions that have expired, or were spoilt


def test_a_journal_whose_old_versions_have_expired_goes_on(journal, objects):
    versions = written(journal, 4)
    for version in versions[:3]:
        lose(objects, journal.key(version.seq))
    lose(objects, head(journal))
    assert append(journal, journal.newest(), epoch=9).previous == versions[-1].digest


def test_a_journal_whose_versions_have_all_expired_goes_on_from_the_head(journal, objects):
    versions = written(journal, 2)
    for version in versions:
        lose(objects, journal.key(version.seq))
    three = append(journal, journal.newest(), epoch=9)
    assert (three.seq, three.previous) == (3, versions[-1].digest)


def test_an_old_version_that_is_spoilt_keeps_nobody_from_working_and_shows_in_the_chain(journal, objects):
    one, _, newest = written(journal, 3)
    objects.put(journal.key(one.seq), b"{}")
    assert append(journal, newest, epoch=9) == journal.newest()
    assert digest(objects.get(journal.key(1))) != journal.read(2).previous


# A writer that was away


class Frozen:
    """A store whose next creation stands still, before or after it lands, until it is let on."""

    def __init__(self, objects, when):
        self._objects, self._when = objects, when
        self.reached, self.on = threading.Event(), threading.Event()

    def __getattr__(self, name):
        return getattr(self._objects, name)

    def create(self, key, body):
        if self._when == "after":
            self._objects.create(key, body)
        self.reached.set()
        assert self.on.wait(30)
        if self._when == "before":
            self._objects.create(key, body)


def away(journal, objects, when, base):
    """Starts an append that stands still; what lets it on, and its answer to come."""
    frozen = Frozen(objects, when)
    pool = ThreadPoolExecutor(1)
    answer = pool.submit(append, Journal(frozen, journal.service, nonce), base, 77)
    assert frozen.reached.wait(30)
    pool.shutdown(wait=False)
    return frozen.on, answer


def test_a_writer_that_comes_back_after_others_wrote_overwrites_nothing(journal, objects):
    one = append(journal, None)
    on, answer = away(journal, objects, "before", one)
    newest = one
    for epoch in range(1, 6):
        newest = append(journal, newest, epoch)
    on.set()
    with pytest.raises(Stale):
        answer.result(30)
    assert journal.newest() == newest
    assert [version.record.epoch for version in chain(journal)] == list(range(6))


def test_a_writer_that_was_away_after_its_write_landed_only_makes_the_head_lag(journal, objects):
    one = append(journal, None)
    on, answer = away(journal, objects, "after", one)
    newest = journal.newest()
    assert newest.record.epoch == 77
    for epoch in range(1, 6):
        newest = append(journal, newest, epoch)
    on.set()
    assert answer.result(30).seq == 2
    assert journal.newest() == newest
    assert journal.head_lags


# A head that is old, or far behind


class Counted:
    """A store that counts its requests; a listing counts a thousand keys each."""

    def __init__(self, objects):
        self._objects, self.requests = objects, 0

    def __getattr__(self, name):
        return getattr(self._objects, name)

    def get(self, key):
        self.requests += 1
        return self._objects.get(key)

    def keys(self, prefix, after=""):
        found = self._objects.keys(prefix, after)
        self.requests += 1 + len(found) // 1000
        return found


@cache
def one_version(service):
    return append(Journal(MemoryObjects(), service, nonce), None)


def numbered(journal, objects, seq, at=NOW):
    """A version under any number, as if all before it had been written once."""
    body = encode(one_version(journal.service).model_copy(update={"seq": seq, "at": at}))
    objects.put(journal.key(seq), body)
    return body


def test_a_head_whose_following_versions_have_expired_does_not_fork_the_journal(journal, objects):
    """Forty days ago nobody could write the head any more; the rule keeps thirty."""
    objects.put(head(journal), numbered(journal, objects, 880_000, NOW - timedelta(days=40)))
    lose(objects, journal.key(880_000))
    for seq in (900_017, 900_018):
        numbered(journal, objects, seq)
    writer = Journal(objects, journal.service, nonce, lambda: NOW)
    assert writer.newest().seq == 900_018
    assert writer.head_lags
    assert append(writer, writer.newest()).seq == 900_019
    assert journal.read(880_001) is None


@pytest.mark.parametrize("old", [timedelta(0), timedelta(days=40)], ids=["a fresh head", "an old head"])
def test_a_head_5000_behind_costs_a_few_dozen_requests(old):
    objects = Counted(MemoryObjects())
    journal = Journal(objects, "web", nonce, lambda: NOW + old)
    objects.put(head(journal), numbered(journal, objects, 1))
    for seq in range(2, 5_002):
        numbered(journal, objects, seq)
    assert journal.newest().seq == 5_001
    assert objects.requests < 36


@pytest.mark.parametrize("old", [timedelta(0), timedelta(days=40)], ids=["a fresh head", "an old head"])
def test_a_head_that_is_up_to_date_costs_two_requests(old):
    objects = Counted(MemoryObjects())
    journal = Journal(objects, "web", nonce, lambda: NOW + old)
    newest = written(journal, 3)[-1]
    objects.requests = 0
    assert journal.newest() == newest
    assert objects.requests == 2


def test_what_is_no_version_does_not_count_among_them(journal, objects):
    newest = written(journal, 2)[-1]
    objects.put(f"services/{journal.service}/journal/zzz.txt", b"a person's note")
    assert journal.newest() == newest
