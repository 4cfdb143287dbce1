"""The journal's promises, over every store that it may lie in."""

import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from bluegreen.clients.store.journal import Journal, digest, encode
from bluegreen.clients.store.objects import self_test
from bluegreen.core import admission, pointing, progress
from bluegreen.core.errors import Corrupt, Stale, Unavailable
from bluegreen.core.finding import Finding, Verdict
from bluegreen.core.inbound.alert_formats import alerts_in
from bluegreen.core.inbound.alert_policy import apply_alerts
from bluegreen.core.judge.client_paths import ClientPath
from bluegreen.core.judge.evidence import Interval
from bluegreen.core.judge.intervals import EarlierRow
from bluegreen.core.judge.written_look import Times, WrittenLook
from bluegreen.core.outbox import delivery
from bluegreen.core.outbox.delivery import Attempt
from bluegreen.core.record import MESSAGES_KEPT, Version
from bluegreen_emulator.memory_objects import MemoryObjects
from tests.build import NOW, first, release_request, service


def nonce():
    return uuid.uuid4().hex


@pytest.fixture
def journal(objects):
    return Journal(objects, f"web-{uuid.uuid4().hex[:8]}", nonce)


def record(journal, epoch=0):
    return first().model_copy(update={"service": journal.service, "epoch": epoch})


def append(journal, base, epoch=0):
    return journal.append(base, record(journal, epoch), "a test", "why", NOW)


def test_an_empty_journal_has_no_newest_version(journal):
    assert journal.newest() is None


def test_what_was_appended_is_the_newest_and_carries_the_hash_of_the_one_before(journal):
    one = append(journal, None)
    two = append(journal, one, epoch=1)
    assert journal.newest() == two
    assert (one.seq, two.seq) == (1, 2)
    assert one.previous == ""
    assert two.previous == journal.read(1).digest == digest(encode(one))


def test_what_was_written_reads_the_same_for_one_who_has_only_the_bytes(journal, objects):
    waiting = admission.admit(record(journal), service(), release_request("v1.3.0"), NOW).record
    written = journal.append(None, waiting, "a test", "why", NOW)
    body = objects.get(journal.key(1))
    assert Version.model_validate_json(body).model_copy(update={"digest": digest(body)}) == written


def test_of_two_writers_after_the_same_version_the_second_is_told(journal):
    one = append(journal, None)
    won = append(journal, one, epoch=1)
    with pytest.raises(Stale):
        append(journal, one, epoch=2)
    assert journal.newest() == won


def one_more(record, now):
    return record.model_copy(update={"epoch": record.epoch + 1})


def update(journal, version, change=one_more, **given):
    return journal.update(version, change, "a test", "why", lambda: NOW, **given)


def test_a_change_that_comes_too_late_is_made_anew_on_what_another_has_written(journal):
    one = append(journal, None)
    append(journal, one, epoch=10)
    found = update(journal, one)
    assert found.written
    assert found.version == journal.newest()
    assert (found.version.seq, found.version.record.epoch) == (3, 11)


@pytest.mark.slow
def test_of_twelve_changes_at_once_none_is_lost(journal):
    barrier = threading.Barrier(12, timeout=30)
    one = append(journal, None)

    def write(_):
        barrier.wait()
        return update(journal, one, tries=100).written

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(write, range(12)))
    assert journal.newest().record.epoch == 12


def test_what_changes_nothing_is_not_written(journal):
    one = append(journal, None)
    assert update(journal, one, lambda record, now: record) == (one, False)
    assert journal.newest() == one


def test_a_writer_may_refuse_to_go_on_from_what_another_has_written(journal):
    def refuse(version):
        raise Stale(f"version {version.seq} is not ours")

    one = append(journal, None)
    two = append(journal, one, epoch=10)
    with pytest.raises(Stale, match="version 2 is not ours"):
        update(journal, one, on_conflict=refuse)
    assert journal.newest() == two


def test_a_change_is_given_up_after_so_many_lost_races(journal):
    def overtaken(record, now):
        append(journal, journal.newest(), epoch=record.epoch + 10)
        return one_more(record, now)

    with pytest.raises(Stale, match="others kept being faster"):
        update(journal, append(journal, None), overtaken, tries=3)
    assert journal.newest().seq == 4


def test_of_two_who_begin_a_journal_the_second_gets_what_the_first_has_written(journal):
    one = journal.begin(record(journal), "a test", "why", NOW)
    assert journal.begin(record(journal, epoch=5), "another", "why", NOW) == one


@pytest.mark.slow
def test_of_fifty_writers_exactly_one_wins_each_number(journal):
    barrier = threading.Barrier(50, timeout=30)
    one = append(journal, None)

    def write(epoch):
        barrier.wait()
        try:
            return append(journal, one, epoch)
        except Stale:
            return None

    with ThreadPoolExecutor(50) as pool:
        won = [version for version in pool.map(write, range(1, 51)) if version]
    assert len(won) == 1
    assert journal.newest() == won[0]
    assert journal.read(3) is None


@pytest.mark.slow
def test_eight_writers_that_try_again_lose_nothing_and_skip_no_number(journal):
    def write(writer):
        for _ in range(200):
            base = journal.newest()
            epoch = base.record.epoch + 1 if base else 1
            try:
                return append(journal, base, epoch)
            except Stale:
                continue
        raise AssertionError("never won")

    with ThreadPoolExecutor(8) as pool:
        seqs = sorted(version.seq for version in pool.map(write, range(8)))
    assert seqs == list(range(1, 9))
    assert journal.newest().record.epoch == 8


def test_a_head_that_lags_is_only_a_place_to_start(journal):
    one = append(journal, None)
    two = append(journal, one, epoch=1)
    journal.mend_head(one)
    assert journal.newest() == two


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"seq": 1}'])
def test_a_version_that_does_not_parse_is_refused(journal, objects, body):
    append(journal, None)
    objects.put(journal.key(2), body)
    with pytest.raises(Corrupt, match="does not parse"):
        journal.newest()


def test_a_version_of_another_service_is_refused(journal, objects):
    append(journal, None)
    stray = json.loads(objects.get(journal.key(1)))
    stray["record"]["service"] = "another"
    objects.put(journal.key(2), json.dumps(stray).encode())
    with pytest.raises(Corrupt, match="speaks of service 'another'"):
        journal.newest()


@pytest.mark.bad_input(
    "settings",
    "one with a field that only a newer Bluegreen knows",
    "a function refuses it and says what to deploy; a router passes the field over",
)
@pytest.mark.parametrize("holder", [[], ["record"], ["record", "environments", "blue"]], ids=".".join)
def test_a_version_with_a_field_that_is_not_known_is_refused_and_says_who_can_read_it(journal, objects, holder):
    """Whoever wrote the next version would leave the field out."""
    append(journal, None)
    newer = json.loads(objects.get(journal.key(1)))
    found = newer
    for step in holder:
        found = found[step]
    found["surprise"] = 1
    objects.put(journal.key(2), json.dumps(newer).encode())
    place = ".".join([*holder, "surprise"])
    with pytest.raises(Corrupt, match=f"holds {place}, which Bluegreen .* does not know; .* deploy the"):
        journal.newest()


@pytest.mark.parametrize("schema", [0, 2, 12])
def test_a_version_of_another_schema_is_refused_even_where_every_field_is_known(journal, objects, schema):
    append(journal, None)
    other = {**json.loads(objects.get(journal.key(1))), "schema_version": schema}
    objects.put(journal.key(2), json.dumps(other).encode())
    with pytest.raises(Corrupt, match=r"of another schema than 1; .* deploy the Bluegreen that wrote it"):
        journal.newest()


def test_a_version_under_another_number_is_refused(journal, objects):
    append(journal, None)
    objects.put(journal.key(2), objects.get(journal.key(1)))
    with pytest.raises(Corrupt, match="holds number 1"):
        journal.newest()


def test_the_self_test_passes_on_a_store_that_keeps_its_promise(objects):
    before = len(objects.keys("self-test/"))
    self_test(objects, nonce)
    assert len(objects.keys("self-test/")) == before + 2


class Lying(MemoryObjects):
    """Does not answer so many writes; they land all the same, or not."""

    def __init__(self, lands):
        super().__init__()
        self.lands, self.silent = lands, 0

    def create(self, key, body):
        if not self.silent:
            return super().create(key, body)
        self.silent -= 1
        if self.lands:
            super().create(key, body)
        raise Unavailable("no answer")


@pytest.mark.parametrize(("lands", "silent"), [(True, 1), (False, 1)])
def test_a_write_whose_answer_was_lost_is_won_whether_it_landed_or_not(lands, silent):
    journal = Journal(store := Lying(lands), "web", nonce)
    one = append(journal, None)
    store.silent = silent
    assert append(journal, one, epoch=1) == journal.newest()
    assert journal.read(3) is None


def test_a_write_whose_answer_was_lost_to_another_writer_is_lost():
    journal = Journal(store := Lying(lands=False), "web", nonce)
    one = append(journal, None)
    other = append(journal, one, epoch=7)
    store.silent = 1
    with pytest.raises(Stale):
        append(journal, one, epoch=1)
    assert journal.newest() == other


def test_a_store_that_stays_silent_is_told_and_the_write_may_be_repeated():
    journal = Journal(store := Lying(lands=False), "web", nonce)
    one = append(journal, None)
    store.silent = 2
    with pytest.raises(Unavailable):
        append(journal, one, epoch=1)
    assert append(journal, one, epoch=1).seq == 2


PAGER = {"kind": "pager", "service": "webhook"}


@pytest.mark.slow
def test_a_record_stays_under_96_kb_whatever_happened():
    """Hundreds of long tags, long reasons and channels that never take a notice."""
    loud, long = service(notify=[{"kind": kind} for kind in ("slack", "slack", "github")] + [PAGER]), "x" * 60
    found = first()
    for number in range(120):
        asked = release_request(tag=f"v2.{number}.0+{long}", delivery=f"{number}-{'y' * 90}")
        found = admission.admit(found, loud, asked, NOW).record
        for verdict in (Verdict.GOOD, Verdict.WAIT, Verdict.GOOD, Verdict.GOOD, Verdict.GOOD, Verdict.GOOD):
            found = found.with_release(target=found.idle, previous=found.active)
            found = progress.advance(found, Finding(verdict=verdict, says="z" * 1000), loud, "a test", NOW)
        found = pointing.point_at(found, found.release.target, NOW)
        for verdict in (Verdict.GOOD, Verdict.HOLD, Verdict.BAD, Verdict.GOOD):
            found = progress.advance(found, Finding(verdict=verdict, says="z" * 1000), loud, "a test", NOW)
    loud_labels, began = dict.fromkeys(("alertname", "severity"), '"' * 999), NOW.isoformat()
    storm = {"status": "firing", "labels": loud_labels, "annotations": {"summary": '"' * 999}, "startsAt": began}
    alerts = [{**storm, "fingerprint": str(number)} for number in range(99)]
    heard = alerts_in({}, json.dumps({"version": "4", "alerts": alerts}).encode())
    for number in range(200):
        again = [alert._replace(severity=f"{number}{alert.severity}"[:20]) for alert in heard]
        found = apply_alerts(found, loud, again, NOW, f"{number:032}").record
    refused = [Attempt(notice, "z" * 1000) for notice in found.outbox]
    found = delivery.noted(found, refused, NOW)
    assert len(found.outbox) > 10
    assert len(found.channels) == 4
    assert len(found.alerts) > 10
    assert len(found.messages) == MESSAGES_KEPT
    assert len(found.quarantine) > 10
    found = found.model_copy(update={"judged": _long_look()})
    journal = Journal(MemoryObjects(), "web", nonce)
    assert len(encode(journal.append(None, found, "a test", "why", NOW))) < 96_000


def _long_look():
    """After five minutes in which nobody looked: all that routers still hold."""
    told = tuple(ClientPath(2**24 - number, 99_999) for number in range(1, 5))
    rows = tuple(Interval(5 * number, *[99_999] * 13, told) for number in range(60))
    facts = {"release": "web-100", "at": NOW, "active": "green", "switched_at": NOW, "check": "z" * 300}
    kept = {"intervals": rows, "times": tuple(Times(*[(9_999,) * 10] * 3) for _ in rows)}
    earlier = tuple(EarlierRow(99_999, 99_999, (9_999,) * 10) for _ in range(60))
    return WrittenLook(**facts, **kept, earlier=earlier, watch=service().watch, thresholds=service().thresholds)
