"""A channel that takes no notices: what matters is kept, tried by time, and seen in `status` and on GitHub's page."""

import json

import httpx
import pytest

from bluegreen.core.notices import Channel, important
from bluegreen.core.phases import Phase
from bluegreen.steps import delivering
from bluegreen_emulator.faults import Fault
from tests.chain.alerting import alert, deliver, group
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import REPOSITORY
from tests.chain.test_stories import BAD

ROLLED_BACK = "web v1.4.0: rolled back; production is on blue"
FOR_EVER = 10_000


def silent(notify=None, **fault):
    laptop = Laptop(**({"notify": notify} if notify else {}))
    laptop.faults["slack"].add(Fault(**{"times": FOR_EVER, **fault}))
    return laptop


def rolled_back(laptop):
    laptop.push("v1.4.0", fault=BAD)
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "rolled back"
    return laptop


def minutes(laptop, number):
    for _ in range(number):
        laptop.minute()


def waiting(laptop):
    return [notice for notice in laptop.record().outbox if notice.channel is Channel.SLACK]


@pytest.mark.slow
@pytest.mark.bad_input(
    "answer",
    "Slack answers 503, 429, 404 or 403",
    "what is important is kept until it is delivered, or a person has seen it; `status` and GitHub's page say so",
)
@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"status": 404}, {"status": 403}])
def test_all_notices_of_a_rollback_arrive_once_slack_is_back(fault):
    laptop = rolled_back(silent(**fault))
    minutes(laptop, 2)
    assert laptop.told() == []
    laptop.faults["slack"].clear()
    minutes(laptop, 20)
    assert "web v1.4.0: at fault; going back to blue" in laptop.told()
    assert laptop.told().count(ROLLED_BACK) == 1
    assert not laptop.record().outbox
    assert not laptop.record().channels


@pytest.mark.slow
def test_a_deleted_webhook_loses_nothing_that_matters_however_long_it_takes():
    laptop = rolled_back(silent(status=404, message="no_service"))
    laptop.clock.move(days=2)
    minutes(laptop, 3)
    assert waiting(laptop)
    assert all(important(notice) for notice in waiting(laptop))
    laptop.faults["slack"].clear()
    laptop.clock.move(minutes=15)
    minutes(laptop, 2)
    assert sorted(laptop.told()) == sorted(["web v1.4.0: at fault; going back to blue", ROLLED_BACK])


@pytest.mark.slow
def test_what_does_not_matter_is_given_up_after_an_hour_and_logged():
    laptop = silent(status=503)
    laptop.push("v1.3.0")
    laptop.rest()
    assert waiting(laptop)
    laptop.clock.move(hours=1)
    minutes(laptop, 1)
    assert not waiting(laptop)
    assert any(line["what"] == "notice given up" for line in laptop.lines)


@pytest.mark.slow
def test_status_says_since_when_what_was_said_how_many_wait_and_what_to_do():
    laptop = silent(status=404, message="no_service")
    began = laptop.clock.now()
    laptop = rolled_back(laptop)
    answer = laptop.invoke("status")
    assert f"Slack has taken no notices since {began:%H:%M} UTC: Slack answered 404" in answer["what"]
    assert f"{len(waiting(laptop))} are waiting" in answer["what"]
    assert "BLUEGREEN_SLACK_WEBHOOK_URL" in answer["next"]
    facts = answer["services"]["web"]["notices"]
    assert [seen["what"] for seen in facts["undelivered"]][-1] == "rolled back; production is on blue"
    assert facts["channels"]["slack"]["says"].startswith("Slack answered 404")
    laptop.faults["slack"].clear()
    minutes(laptop, 20)
    answer = laptop.invoke("status")
    assert "Slack" not in answer["what"] + answer["next"]
    assert answer["services"]["web"]["notices"] == {"channels": {}, "undelivered": []}


@pytest.mark.slow
def test_github_s_page_says_that_slack_is_silent_and_gets_its_own_notices():
    laptop = rolled_back(silent(status=404))
    page = laptop.github.deployments[REPOSITORY]
    [made] = page.listed({})
    assert [status["state"] for status in page.statuses[made["id"]]] == ["in_progress", "failure"]
    said = page.statuses[made["id"]][-1]["description"]
    assert said.startswith("rolled back; production is on blue (Slack does not take notices)")


def test_a_channel_with_a_name_of_its_own_is_called_what_it_is():
    """In `status`, and on GitHub's page."""
    laptop = rolled_back(silent([{"kind": "slack", "name": "on-call"}, {"kind": "github"}], status=404))
    answer = laptop.invoke("status")
    assert "Slack (on-call) has taken no notices since" in answer["what"]
    assert "pager" not in answer["what"]
    page = laptop.github.deployments[REPOSITORY]
    [made] = page.listed({})
    assert "(Slack (on-call) does not take notices)" in page.statuses[made["id"]][-1]["description"]


def test_a_channel_that_refuses_is_asked_once_a_turn():
    laptop = silent(status=503)
    for number in range(30):
        deliver(laptop, group(alert(f"Down{number}", began=laptop.clock.now())))
        laptop.clock.move(minutes=1)
    laptop.clock.move(minutes=20)
    asked = len([line for line in laptop.lines if line["what"] == "notice not delivered yet"])
    laptop.invoke("ops/watch")
    assert len([line for line in laptop.lines if line["what"] == "notice not delivered yet"]) == asked + 1
    assert len(waiting(laptop)) > 10


@pytest.mark.slow
def test_in_a_storm_of_alerts_the_rollback_is_told_first():
    laptop = silent(status=503)
    laptop = rolled_back(laptop)
    for number in range(300):
        deliver(laptop, group(alert(f"Down{number}", began=laptop.clock.now())))
        laptop.clock.move(seconds=1)
    laptop.faults["slack"].clear()
    laptop.clock.move(minutes=20)
    minutes(laptop, 2)
    told = [text for text in laptop.told() if "Down" in text or "v1.4.0" in text]
    assert told[0] == ROLLED_BACK
    assert "Down299" in told[2]


@pytest.mark.slow
def test_a_storm_while_everybody_is_silent_loses_no_page_and_no_end_of_one():
    slacks = [{"kind": "slack", "channel": channel} for channel in ("#releases", "#on-call")]
    laptop = silent([{"kind": "pager", "service": "pagerduty"}, *slacks, {"kind": "teams"}])
    for name in ("pager", "teams"):
        laptop.faults[name].add(Fault(status=503, times=FOR_EVER))
    rolled_back(laptop)
    for number in range(12):
        deliver(laptop, group(alert(f"Down{number}", began=laptop.clock.now())))
    for name in ("slack", "pager", "teams"):
        laptop.faults[name].clear()
    laptop.clock.move(minutes=20)
    minutes(laptop, 2)
    opened = {key: page.open for key, page in laptop.pager.pages.items()}
    assert opened == {"bluegreen:web:web-1": False, "bluegreen:web:its alerts": True}


class Slow:
    """A channel that takes its time for every notice."""

    def __init__(self, clock):
        self.clock, self.asked = clock, 0

    def send(self, notice):
        self.asked += 1
        self.clock.sleep(4.0)


def test_deliveries_of_a_turn_have_a_budget_and_the_next_turn_goes_on():
    laptop = silent(status=503)
    for number in range(12):
        deliver(laptop, group(alert(f"Down{number}", began=laptop.clock.now())))
        laptop.clock.move(minutes=1)
    laptop.clock.move(hours=1)
    cloud, slow = laptop.cloud("ops/watch"), Slow(laptop.clock)
    cloud.__dict__["notifiers"] = {"slack": slow}
    laptop.clock.begin()
    version = delivering.deliver_due(cloud, cloud.journal.newest())
    assert slow.asked == 3
    delivering.deliver_due(cloud, version)
    assert slow.asked == 6


def answering(laptop, answer):
    """Slack is a server of our own here: `answer` is what it says to a text."""
    slack = httpx.MockTransport(lambda request: answer(json.loads(request.content)["text"]))
    other = httpx.Client(mounts={"https://hooks.slack.com": slack})._mounts
    laptop.shared.http._mounts = {**other, **laptop.shared.http._mounts, **other}


@pytest.mark.slow
@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_a_notice_that_slack_always_fails_at_keeps_no_other_waiting(status):
    laptop, told = silent(status=503), []

    def answer(text):
        if "rolled back" in text:
            return httpx.Response(status, text="internal_error")
        told.append(text)
        return httpx.Response(200, text="ok")

    rolled_back(laptop)
    answering(laptop, answer)
    minutes(laptop, 12)
    assert "web v1.4.0: at fault; going back to blue" in told
    assert len(told) == len(set(told))
    assert [notice.headline for notice in waiting(laptop)] == ["rolled back; production is on blue"]
    assert "Slack has taken no notices" in laptop.invoke("status")["what"]


def test_a_page_that_answers_for_slack_has_taken_no_notice():
    laptop = Laptop()
    answering(laptop, lambda text: httpx.Response(200, text="\n<!doctype html><title>Sign in to the network</title>"))
    rolled_back(laptop)
    assert "something between us and Slack answered" in laptop.invoke("status")["what"]
    assert any(notice.headline.startswith("rolled back") for notice in waiting(laptop))


@pytest.mark.slow
def test_a_channel_whose_secret_is_missing_is_told_of():
    laptop = Laptop()
    laptop.settings = laptop.settings._replace(secrets=laptop.settings.secrets._replace(slack_webhook_url=None))
    rolled_back(laptop)
    minutes(laptop, 3)
    assert "Slack has taken no notices" in laptop.invoke("status")["what"]
    assert waiting(laptop)


@pytest.mark.slow
def test_two_slack_entries_each_get_every_notice():
    laptop = Laptop(notify=[{"kind": "slack", "channel": "#releases"}, {"kind": "slack", "channel": "#on-call"}])
    laptop.push("v1.3.0")
    laptop.rest()
    by_channel = {}
    for message in laptop.slack.messages:
        by_channel.setdefault(message["payload"]["channel"], []).append(message["payload"]["text"])
    assert set(by_channel) == {"#releases", "#on-call"}
    assert by_channel["#releases"] == by_channel["#on-call"]
    assert "web v1.3.0: live" in by_channel["#releases"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mention", "shown"),
    [("@here", "<!here>"), ("<!subteam^S0123ABC>", "<!subteam^S0123ABC>"), ("U0123ABC", "<@U0123ABC>")],
)
def test_slack_mentions_people_for_what_matters_only(mention, shown):
    laptop = Laptop(notify=[{"kind": "slack", "mention": mention}])
    rolled_back(laptop)
    mentioned = [text for text in laptop.told() if shown in text]
    assert mentioned == [f"{shown} web v1.4.0: at fault; going back to blue", f"{shown} {ROLLED_BACK}"]
    assert len(laptop.told()) > 2


@pytest.mark.slow
def test_a_record_of_an_older_release_is_read_and_its_notices_delivered():
    laptop = silent(status=503)
    laptop.push("v1.3.0")
    laptop.until(Phase.CHECKING)
    record = laptop.record().model_dump(mode="json")
    for field in ("channels", "pages"):
        del record[field]
    for waits in record["outbox"]:
        for field in ("entry", "next_at", "page", "resolves", "needs_person"):
            del waits[field]
    old = type(laptop.record()).model_validate(record)
    assert old.channels == {}
    cloud = laptop.cloud("ops/watch")
    cloud.journal.update(
        cloud.journal.newest(), lambda record, now: old, "a test", "an older release", laptop.clock.now
    )
    laptop.faults["slack"].clear()
    laptop.clock.move(minutes=2)
    laptop.rest()
    assert "web v1.3.0: deploying to green" in laptop.told()
