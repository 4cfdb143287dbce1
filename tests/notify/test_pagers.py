"""What pages a person: PagerDuty, Opsgenie or a webhook hear of what matters, and of its end."""

import hashlib
import hmac
import json
from contextlib import nullcontext

import httpx
import pytest

from bluegreen.clients.pager import Pager
from bluegreen.core.config.notify import PagerNotice
from bluegreen.core.errors import RateLimited, Refused, Unavailable
from bluegreen.notify.pager import pager_for
from bluegreen_emulator.faults import Fault
from tests.chain.alerting import alert, deliver, group
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT
from tests.chain.test_stories import BAD
from tests.notify.test_notices import notice

SERVICES = {
    "pagerduty": {"kind": "pager", "service": "pagerduty"},
    "opsgenie": {"kind": "pager", "service": "opsgenie", "region": "eu"},
    "webhook": {"kind": "pager", "service": "webhook"},
}
every = pytest.mark.parametrize("name", SERVICES)


def paged(name, **changes):
    return Laptop(notify=[SERVICES[name], {"kind": "slack"}], **changes)


def send(laptop, **changes):
    laptop.cloud("test").notifiers["pager"].send(notice(**changes))


@pytest.mark.slow
@every
def test_a_good_release_pages_nobody(name):
    laptop = paged(name)
    laptop.push("v1.3.0")
    laptop.rest()
    assert (laptop.pager.pages, laptop.pager.refused) == ({}, [])


@every
def test_a_rollback_opens_a_page_and_closes_it(name):
    laptop = paged(name)
    laptop.push("v1.4.0", fault=BAD)
    laptop.rest()
    assert laptop.pager.refused == []
    [(key, page)] = laptop.pager.pages.items()
    assert key == "bluegreen:web:web-1"
    assert (len(page.heard), page.open) == (2, False)
    assert "at fault; going back to blue" in json.dumps(page.heard[0])


@every
def test_alerts_open_one_page_which_their_end_closes(name):
    laptop = paged(name)
    firing = [alert(f"Down{number}") for number in range(5)]
    for each in firing:
        deliver(laptop, group(each))
    assert [len(page.heard) for page in laptop.pager.pages.values()] == [1]
    assert laptop.pager.open == ["bluegreen:web:its alerts"]
    for number, each in enumerate(firing):
        assert laptop.pager.open
        deliver(laptop, group({**each, "status": "resolved"}))
        assert bool(laptop.pager.open) == (number < 4)


@pytest.mark.slow
@every
def test_a_pager_that_is_down_hears_of_it_later_in_the_right_order(name):
    laptop = paged(name)
    laptop.faults["pager"].add(Fault(status=503, times=10_000))
    laptop.push("v1.4.0", fault=BAD)
    laptop.rest()
    assert "at fault; going back to blue" in "".join(laptop.told())
    assert "has taken no notices since" in laptop.invoke("status")["what"]
    laptop.faults["pager"].clear()
    for _ in range(20):
        laptop.minute()
    assert [(len(page.heard), page.open) for page in laptop.pager.pages.values()] == [(2, False)]
    assert not laptop.record().outbox


@every
def test_the_longest_texts_fit(name):
    laptop = paged(name)
    longest = {
        "headline": "ü" * 300,
        "reason": "ü" * 300,
        "next_step": "ü" * 300,
        "tag": "v" * 2000,
        "page": "p" * 2000,
    }
    send(laptop, **longest)
    send(laptop, **longest, resolves=True)
    assert laptop.pager.refused == []
    assert [(len(page.heard), page.open) for page in laptop.pager.pages.values()] == [(2, False)]


@pytest.mark.slow
@every
def test_a_wrong_key_is_told_of_and_asked_once_a_turn(name):
    laptop = paged(name)
    laptop.pager.key = "another-key-of-32-characters-now"
    laptop.push("v1.4.0", fault=BAD)
    laptop.rest()
    laptop.clock.move(hours=1)
    before = len(laptop.pager.refused)
    laptop.invoke("ops/watch")
    assert len(laptop.pager.refused) == before + 1
    answer = laptop.invoke("status")
    assert "has taken no notices since" in answer["what"]
    assert ("BLUEGREEN_PAGER_URL" if name == "webhook" else "BLUEGREEN_PAGER_KEY") in answer["next"]
    assert ENVIRONMENT["BLUEGREEN_PAGER_KEY"] not in json.dumps(answer)


def test_pagerduty_hears_the_documented_fields():
    laptop = paged("pagerduty")
    send(laptop)
    [body] = laptop.pager.pages["bluegreen:web:web-1"].heard
    assert body["event_action"] == "trigger"
    assert body["payload"]["summary"] == "web v1.4.0: at fault; going back to blue"
    assert (body["payload"]["source"], body["payload"]["component"]) == ("web", "green")
    assert body["payload"]["severity"] == "critical"


@pytest.mark.parametrize("name", ["pagerduty", "opsgenie"])
def test_a_limit_is_waited_for_and_a_refusal_is_final(name):
    laptop = paged(name)
    laptop.faults["pager"].add(Fault(status=429, headers={"Retry-After": "77"}))
    with pytest.raises(RateLimited) as limited:
        send(laptop)
    assert limited.value.delay == 77
    laptop.faults["pager"].add(Fault(status=422, message={"message": "not processable"}))
    with pytest.raises(Refused):
        send(laptop)


@pytest.mark.parametrize("signed", [True, False])
def test_a_webhook_is_signed_where_there_is_a_key(signed):
    laptop, seen = paged("webhook"), []
    if not signed:
        laptop.settings = laptop.settings._replace(secrets=laptop.settings.secrets._replace(pager_key=None))
        laptop.pager.key = ""
    laptop.shared.http.event_hooks = {"request": [seen.append]}
    send(laptop)
    [request] = [each for each in seen if each.url.host == "pager.test"]
    mac = hmac.new(ENVIRONMENT["BLUEGREEN_PAGER_KEY"].encode(), request.content, hashlib.sha256).hexdigest()
    assert request.headers.get("x-bluegreen-signature-256") == (f"sha256={mac}" if signed else None)
    assert laptop.pager.open


def test_the_address_of_a_webhook_is_in_no_error():
    laptop = paged("webhook")

    def refuse(request):
        raise httpx.ConnectError(f"no route to {request.url}")

    laptop.shared.__dict__["http"] = httpx.Client(transport=httpx.MockTransport(refuse))
    with pytest.raises(Exception, match="the pager's webhook did not answer: ConnectError") as caught:
        send(laptop)
    assert "an-address-that-is-a-secret" not in str(caught.value)


@pytest.mark.slow
@every
def test_a_person_s_rollback_is_told_and_pages_nobody_unless_it_fails(name):
    laptop = paged(name)
    laptop.push("v1.3.0")
    laptop.rest()
    laptop.invoke("rollback")
    laptop.rest()
    assert laptop.told()[-1] == "web v1.3.0: going back to blue, as asked"
    assert (laptop.outcome("v1.3.0"), laptop.pager.pages) == ("rolled back", {})
    laptop.push("v1.4.0")
    laptop.rest()
    laptop.telemetry.ages = breaks  # nobody can tell whether the routers have followed
    laptop.invoke("rollback")
    laptop.rest()
    assert laptop.outcome("v1.4.0") == "stuck"
    assert laptop.pager.open


def breaks(*given):
    raise RuntimeError("nobody foresaw this")


@pytest.mark.parametrize(("name", "taken"), [("pagerduty", False), ("opsgenie", False), ("webhook", True)])
def test_a_page_of_the_web_that_answers_for_a_pager_has_paged_nobody_but_for_a_receiver_of_ones_own(name, taken):
    def answer(request):
        return httpx.Response(200, text="<!doctype html><title>Sign in to the network</title>")

    pager = Pager("k" * 32, "https://pager.test/own", httpx.Client(transport=httpx.MockTransport(answer)))
    notifier = pager_for(PagerNotice(**SERVICES[name]), pager)
    with nullcontext() if taken else pytest.raises(Unavailable, match="something between us"):
        notifier.send(notice())
