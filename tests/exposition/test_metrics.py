"""ops/metrics as a function: who gets numbers, what they say, and that two parsers of Prometheus read them."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open_metrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from bluegreen.cloud import Caller
from bluegreen.core.errors import BluegreenError
from bluegreen.core.notices import ChannelTrouble
from bluegreen.core.phases import RESTING, Phase
from bluegreen.core.record import PAST_KEPT, PastRelease, Record
from bluegreen.door.refusal import refusal
from bluegreen.entrypoints.ops_metrics import ENTRY_POINT
from bluegreen.exposition.of_service import FAMILIES
from tests.page.served import LOOKS, OPERATES, PageLaptop, event
from tests.page.states import lived, watching

pytestmark = pytest.mark.slow

OPEN = "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5"
HOSTILE = 'v1.4.0"} 1\nbluegreen_epoch{service="web"} 99\\'
UNKNOWN = f"bgt_{'x' * 43}"


def scrape(laptop, token=LOOKS, accept="text/plain", method="GET"):
    laptop.clock.begin()
    headers = {"accept": accept, **({"authorization": f"Bearer {token}"} if token else {})}
    made = laptop.invocation(ENTRY_POINT, event(method, headers))
    made = made._replace(caller=Caller("ops/metrics", made.caller.activation, laptop.host_url, "fn-laptop"))
    try:
        return ENTRY_POINT.respond(made)
    except BluegreenError as error:
        return refusal(ENTRY_POINT, error)


def values(laptop, read=read_text, accept="text/plain"):
    """Each sample's value by its name and labels, without the service."""
    told = scrape(laptop, accept=accept)
    assert told["statusCode"] == 200, told["body"]
    found = {}
    for family in read(told["body"]):
        for sample in family.samples:
            rest = tuple(sorted((k, v) for k, v in sample.labels.items() if (k, v) != ("service", "web")))
            assert (sample.name, rest) not in found
            found[sample.name, rest] = sample.value
    return found


def of(found, name, **labels):
    return found.get((name, tuple(sorted(labels.items()))))


@pytest.fixture
def laptop():
    return lived()


@pytest.mark.parametrize("token", ["", UNKNOWN])
def test_without_a_known_token_there_is_no_number_and_nothing_is_read(laptop, token):
    before = laptop.state.reads
    told = scrape(laptop, token)

    assert (told["statusCode"], laptop.state.reads) == (401, before)
    assert "web" not in told["body"]


@pytest.mark.parametrize("token", [LOOKS, OPERATES])
def test_any_right_lets_look(laptop, token):
    assert scrape(laptop, token)["statusCode"] == 200


def test_other_methods_are_refused(laptop):
    assert scrape(laptop, method="POST")["statusCode"] == 405


def test_a_scrape_writes_nothing(laptop):
    before = {key: laptop.state.get(key) for key in laptop.state.keys("")}
    scrape(laptop)

    assert {key: laptop.state.get(key) for key in laptop.state.keys("")} == before


def test_where_the_store_is_away_there_is_503_and_no_old_number(laptop):
    assert "deployment_active_environment" in scrape(laptop)["body"]
    laptop.state.away = True
    told = scrape(laptop)

    assert told["statusCode"] == 503
    assert "deployment_active" not in told["body"]
    assert told["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("read", "accept"), [(read_text, "text/plain"), (read_open_metrics, OPEN)])
def test_the_active_environment_is_the_one_that_the_record_says(laptop, read, accept):
    active, found = laptop.record().active, values(laptop, read, accept)

    assert of(found, "deployment_active_environment", environment=active.value) == 1
    assert of(found, "deployment_active_environment", environment=active.other.value) == 0


def test_the_kind_of_answer_is_the_one_that_was_asked_for(laptop):
    plain, opened = scrape(laptop), scrape(laptop, accept=OPEN)

    assert plain["headers"]["Content-Type"].startswith("text/plain; version=0.0.4")
    assert opened["headers"]["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    assert (plain["body"].endswith("# EOF\n"), opened["body"].endswith("# EOF\n")) == (False, True)


def test_names_follow_the_rules_and_each_family_is_described_once(laptop):
    text = scrape(laptop)["body"].splitlines()
    for family in FAMILIES:
        assert family.name.endswith("_total") is (family.kind.value == "counter")
        assert sum(line.startswith(f"# TYPE {family.name} ") for line in text) <= 1
        assert family.help
        assert not family.help.endswith(".")


def test_releases_are_counted_by_outcome_and_also_those_that_never_were(laptop):
    found = values(laptop)
    outcomes = {labels[0][1] for name, labels in found if name == "bluegreen_releases_total"}

    assert outcomes == {phase.value for phase in RESTING}
    lived_through = [past.outcome.value for past in laptop.record().past]
    assert lived_through
    for outcome in outcomes:
        assert of(found, "bluegreen_releases_total", outcome=outcome) == lived_through.count(outcome)


def test_totals_do_not_fall_when_the_past_and_the_journal_forget(laptop):
    record, before = laptop.record(), values(laptop)
    for number in range(PAST_KEPT + 5):
        past = PastRelease(id=f"x-{number}", tag=f"v2.{number}.0", outcome=Phase.LIVE, at=laptop.clock.now())
        record = record.with_past(past)
    laptop.appended(record, "many releases")
    *expired, _ = laptop.state.keys("services/web/journal/")
    for key in expired:
        laptop.state._bodies.pop(key)
    after = values(laptop)

    counters = [key for key in before if key[0].endswith(("_total", "_count", "_sum", "_bucket"))]
    assert len(counters) > len(RESTING)
    assert all(after[key] >= before[key] for key in counters)
    live = of(before, "bluegreen_releases_total", outcome="live")
    assert of(after, "bluegreen_releases_total", outcome="live") == live + PAST_KEPT + 5


def test_a_record_of_before_has_no_totals_and_begins_at_zero():
    laptop = lived()
    old = laptop.record().model_dump(mode="json", exclude={"totals"})

    assert Record.model_validate(old).totals.outcomes == {}


@pytest.mark.slow
def test_phases_and_the_way_back_are_timed(laptop):
    laptop.push("v9.0.0")
    laptop.until(Phase.WATCHING)
    before = values(laptop)
    laptop.invoke("rollback")
    laptop.rest()
    after = values(laptop)

    for phase in ("deploying", "checking", "smoking", "ready", "switching", "watching", "rolling back"):
        assert of(after, "bluegreen_phase_seconds_count", phase=phase) >= 1
    assert of(after, "bluegreen_rollback_seconds_count") == of(before, "bluegreen_rollback_seconds_count") + 1
    assert of(after, "bluegreen_rollback_seconds_bucket", le="+Inf") == of(after, "bluegreen_rollback_seconds_count")


@pytest.mark.slow
def test_a_watch_that_does_not_come_is_late_by_that_much(laptop):
    laptop.push("v9.0.0")
    laptop.until(Phase.WATCHING)
    due = laptop.record().in_flight.wake_at
    laptop.clock.move(seconds=120)
    late = of(values(laptop), "bluegreen_watch_late_seconds")

    assert late == pytest.approx((laptop.clock.now() - due).total_seconds(), abs=2)
    assert late > 60


@pytest.mark.slow
def test_what_the_judge_has_gathered_is_told_while_it_watches_and_nothing_else(laptop):
    assert of(values(laptop), "bluegreen_judge_looks") is None
    laptop = watching()
    found, release = values(laptop), laptop.record().in_flight

    assert of(found, "bluegreen_judge_looks") == release.evidence.looks
    assert of(found, "bluegreen_judge_counted_requests") == release.evidence.counted.requests > 0
    asked = of(found, "bluegreen_judge_requests", environment=release.target.value, asked_by="users")
    assert asked == sum(row.users for row in release.evidence.counted.rows)
    assert of(found, "bluegreen_release_phase", phase="watching") == 1


@pytest.mark.parametrize(("read", "accept"), [(read_text, "text/plain"), (read_open_metrics, OPEN)])
def test_a_foreign_word_is_a_label_and_never_a_line(laptop, read, accept):
    record = laptop.record()
    laptop.appended(record.with_environment(record.active, tag=HOSTILE, commit='"}\n# EOF\n'))
    found = values(laptop, read, accept)

    assert of(found, "bluegreen_epoch") == record.epoch
    tags = [dict(labels)["tag"] for name, labels in found if name == "bluegreen_environment_info"]
    assert HOSTILE in tags


def test_a_journal_that_cannot_be_read_hides_no_other():
    laptop = PageLaptop(services=["api"])
    laptop.push("v1.3.0")
    for key in [*laptop.state.keys("services/api/"), "services/api/journal/1.json"]:
        laptop.state.put(key, b"no JSON")
    found = values(laptop)

    assert of(found, "bluegreen_service_readable") == 1
    assert found["bluegreen_service_readable", (("service", "api"),)] == 0
    assert ("bluegreen_epoch", (("service", "api"),)) not in found


def test_a_channel_that_refuses_is_told(laptop):
    trouble = ChannelTrouble(since=laptop.clock.now(), says="no")
    laptop.appended(laptop.record().model_copy(update={"channels": {"slack": trouble}}))

    assert of(values(laptop), "bluegreen_channels_refusing") == 1
