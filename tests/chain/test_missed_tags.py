"""Webhooks that never came, and tags that were moved."""

import pytest

from tests.build import GREEN
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY


def minutes(laptop, number=6):
    for _ in range(number):
        laptop.minute()


@pytest.mark.slow
@pytest.mark.bad_input(
    "webhook",
    "a webhook that never comes",
    "`ops/watch` asks GitHub every five minutes (`tags.ask_every`) and takes the tag up",
)
def test_a_tag_whose_webhook_was_lost_is_taken_up_within_minutes_and_says_so():
    laptop = Laptop()
    minutes(laptop)
    laptop.repository.release("v1.3.0")
    minutes(laptop)
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    release_asked_for = [line for line in laptop.lines if line["what"] == "missed tag taken up"]
    assert [line["tag"] for line in release_asked_for] == ["v1.3.0"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "pattern", "before"),
    [
        ("v42", "v*", "v41"),
        ("v1.3", "v*", "v1.2"),
        ("2026.11.01", "2*", "2026.10.31"),
        ("2026-11-01", "2*", "2026-10-31"),
        ("release-20261101", "release-*", "release-20261031"),
        ("web@1.3.0", "web@*", "web@1.2.9"),
        ("v2.0.0.0", "v*", "v1.3.0.9"),
        ("@acme/ui@10.0.0", "@acme/ui@*", "@acme/ui@9.9.9"),
    ],
)
def test_a_lost_webhook_is_made_up_for_every_tag_that_the_pattern_takes(tag, pattern, before):
    adopted = {"active": "blue", "blue": before}
    laptop = Laptop(tags={"pattern": pattern}, adopt=adopted)
    laptop.repository.release(before)
    minutes(laptop)
    laptop.repository.release(tag)
    minutes(laptop)
    laptop.rest()
    assert laptop.outcome(tag) == "live"


def test_a_prerelease_that_was_missed_stays_so_however_it_is_written():
    laptop = Laptop()
    minutes(laptop)
    for tag in ("v1.3.0rc1", "v1.3.0.dev1", "v2.0-beta", "v3.0-SNAPSHOT"):
        laptop.repository.release(tag)
        assert "prerelease" in str(laptop.push(tag))
    minutes(laptop)
    assert not laptop.record().past
    assert laptop.record().release is None


@pytest.mark.slow
def test_a_webhook_that_comes_after_all_changes_nothing():
    laptop = Laptop()
    minutes(laptop)
    laptop.repository.release("v1.3.0")
    minutes(laptop)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.record().last_number == 1


@pytest.mark.slow
def test_of_several_missed_tags_the_newest_goes_live():
    laptop = Laptop()
    minutes(laptop)
    for tag in ("v1.3.0", "v1.4.0", "v1.5.0", "v1.6.0-rc.1", "v1.6.0rc1", "vendor-lib/v9.0.0", "build-9"):
        laptop.repository.release(tag)
    minutes(laptop)
    laptop.rest(60)
    outcomes = {past.tag: past.outcome.value for past in laptop.record().past}
    assert outcomes == {"v1.3.0": "live", "v1.4.0": "superseded", "v1.5.0": "live"}


def test_a_repositorys_past_is_not_released_on_the_first_day():
    laptop = Laptop()
    laptop.repository.release("v1.9.0")
    minutes(laptop, 12)
    assert not laptop.record().past
    assert laptop.record().newest_tag == "v1.9.0"


@pytest.mark.slow
def test_where_the_newest_tag_is_no_version_any_more_they_are_noted_anew():
    """As of a Bluegreen that took a date with its year last for a version."""
    laptop = Laptop(tags={"pattern": "*"})
    cloud = laptop.cloud("test")
    minutes(laptop)
    noted = laptop.record().model_copy(update={"newest_tag": "30-11-2026"})
    cloud.journal.update(cloud.journal.newest(), lambda record, now: noted, "a test", "an older one", laptop.clock.now)
    laptop.repository.release("v1.3.0")
    minutes(laptop)
    assert laptop.record().newest_tag == "v1.3.0"
    laptop.repository.release("v1.4.0")
    minutes(laptop)
    laptop.rest()
    assert [past.tag for past in laptop.record().past] == ["v1.4.0"]


@pytest.mark.slow
def test_a_version_that_a_person_misspelt_hides_no_tag_from_the_watch():
    laptop = Laptop()
    minutes(laptop)
    assert laptop.invoke("deploy", {"tag": "v13.0.0"})["ok"] is False
    laptop.repository.release("v1.3.0")
    minutes(laptop)
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
@pytest.mark.bad_input("webhook", "a tag that a person had asked for before it was pushed", "202; it is released now")
def test_a_tag_that_a_person_asked_for_before_it_was_pushed_is_released_when_it_is():
    laptop = Laptop()
    assert "does not exist" in laptop.invoke("deploy", {"tag": "v1.3.0"})["what"]
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.slow
def test_what_a_person_released_is_not_missed():
    laptop = Laptop()
    minutes(laptop)
    laptop.repository.release("v1.3.0")
    assert laptop.invoke("deploy", {"tag": "v1.3.0"})["ok"]
    minutes(laptop, 12)
    assert laptop.record().last_number == 1
    assert laptop.record().newest_tag == "v1.3.0"


@pytest.mark.slow
def test_what_came_by_webhook_is_not_missed():
    laptop = Laptop()
    minutes(laptop)
    laptop.push("v1.3.0")
    minutes(laptop, 30)
    assert laptop.record().last_number == 1


def test_github_that_does_not_answer_keeps_nobody_from_watching():
    from bluegreen_emulator.faults import Fault

    laptop = Laptop()
    laptop.faults["github"].add(Fault(path=r"/tags\?", status=500, times=99))
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


def test_a_tag_that_is_moved_after_its_release_is_refused_with_both_commits_named():
    laptop = Laptop()
    laptop.push("v1.3.0")
    record = laptop.rest()
    before = record.on(GREEN).commit
    other = laptop.repository.commit("v1.3.0", "another")
    [push] = laptop.github.move_tag(REPOSITORY, "v1.3.0", other.sha)
    assert f"moved from {before[:12]} to {other.sha[:12]}" in push.answer
    assert laptop.record().release is None
    answer = laptop.invoke("deploy", {"tag": "v1.3.0"})
    assert not answer["ok"]


def test_a_head_that_lags_is_mended_by_the_watch():
    laptop = Laptop()
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.minute()  # which keeps the release's file
    newest = laptop.state.get("services/web/head.json")
    laptop.state.put("services/web/head.json", laptop.state.get("services/web/journal/00000003.json"))
    laptop.minute()
    assert laptop.state.get("services/web/head.json") == newest
