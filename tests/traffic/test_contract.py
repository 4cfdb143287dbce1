"""What every driver keeps, whoever holds the setting: one suite for all of them, against the emulated DigitalOcean."""

import json
from datetime import timedelta

import pytest

from bluegreen.core import pointing
from bluegreen.core.errors import BluegreenError, Later, RateLimited, Refused, Stale
from bluegreen.core.phases import Phase
from bluegreen.core.release import Claim
from bluegreen.steps.production import send_traffic
from bluegreen.steps.production_repair import repair
from bluegreen.traffic import Unknown
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN, in_phase
from tests.chain.driven import BalancedLaptop, DrivenLaptop, FollowedLaptop, NamedLaptop
from tests.chain.driven_ingress import IngressLaptop

DRIVERS = {
    "router": FollowedLaptop,
    "load_balancer": BalancedLaptop,
    "app_ingress": IngressLaptop,
    "dns_record": NamedLaptop,
}
# The router has the journal itself for a setting: nobody else can change it, and nothing is asked of DigitalOcean, so
# nothing that DigitalOcean answers can go wrong. What it does then is said in cases of its own.
at_digitalocean = pytest.mark.parametrize("laptop", [name for name in DRIVERS if name != "router"], indirect=True)


@pytest.fixture(params=DRIVERS)
def laptop(request):
    """Blue is active. Whatever a test does, DigitalOcean's description allows each request."""
    laptop = DRIVERS[request.param]()
    laptop.invoke("status")
    yield laptop
    assert laptop.digitalocean.violations == []


def driver(laptop):
    return laptop.cloud("test").traffic


def pointed(laptop, environment):
    """The journal says so, which is all that a driver is sent by; the newest record."""
    cloud = laptop.cloud("test")
    version = cloud.journal.newest()
    record = pointing.point_at(version.record, environment, laptop.clock.now())
    return cloud.journal.append(version, record, "test", "point", laptop.clock.now()).record


def sent(laptop, environment):
    record = pointed(laptop, environment)
    driver(laptop).send(environment, record.epoch)
    return record


def there_and_back(laptop):
    """Bluegreen has moved production before, and blue is active."""
    for environment in (GREEN, BLUE):
        sent(laptop, environment)
        laptop.land()
    laptop.writes.clear()


def verified(laptop, record):
    return driver(laptop).verify(record.active, record.epoch, laptop.clock.now())


def effects(laptop):
    """All that has been changed: the requests to DigitalOcean, and the version that the journal is at."""
    return [request.url.path for request in laptop.writes], laptop.cloud("test").journal.newest().seq


@at_digitalocean
def test_what_a_driver_writes_is_allowed_by_digitaloceans_description(laptop):
    contract = laptop.digitalocean.contract
    sent(laptop, GREEN)
    [request] = laptop.writes
    assert contract.problems(request.method, request.url.path, {}, json.loads(request.content)) == []
    assert contract.problems(request.method, request.url.path, {}, {}) != []


def test_production_says_who_answers(laptop):
    assert driver(laptop).current() is BLUE
    assert driver(laptop).why_lagging(laptop.record(), laptop.clock.now()) is None


def test_production_goes_where_it_is_sent_and_that_is_proven(laptop):
    record = sent(laptop, GREEN)
    laptop.land()
    assert driver(laptop).current() is GREEN
    assert verified(laptop, record).followed
    assert "answered as green" in verified(laptop, record).says


def test_what_was_not_sent_is_not_proven(laptop):
    record = laptop.record()
    seen = driver(laptop).verify(GREEN, record.epoch, laptop.clock.now())
    assert not seen.followed
    assert seen.says


def test_sending_twice_has_the_effect_of_once(laptop):
    record = sent(laptop, GREEN)
    once = effects(laptop)
    for _ in range(3):
        driver(laptop).send(GREEN, record.epoch)
        laptop.clock.sleep(10)
    assert effects(laptop) == once
    laptop.land()
    driver(laptop).send(GREEN, record.epoch)
    assert effects(laptop) == once


def test_sending_where_it_goes_already_does_nothing(laptop):
    before = effects(laptop)
    driver(laptop).send(BLUE, 0)
    assert effects(laptop) == before


def test_there_and_back_again_at_once_ends_where_it_was_sent_last(laptop):
    sent(laptop, GREEN)
    record = sent(laptop, BLUE)
    laptop.land()
    assert laptop.led_to() is BLUE
    assert verified(laptop, record).followed


def test_nothing_but_the_setting_changes(laptop):
    before = laptop.rest_of
    sent(laptop, GREEN)
    laptop.land()
    assert laptop.setting == laptop.values()[GREEN]
    assert laptop.rest_of == before


def test_an_answer_that_does_not_say_whose_it_is_is_unknown_and_proves_nothing(laptop):
    laptop.marked = False
    found = driver(laptop).current()
    assert isinstance(found, Unknown)
    assert "without x-bluegreen-environment" in found.why
    assert not verified(laptop, laptop.record()).followed


@at_digitalocean
def test_while_the_provider_is_down_nothing_is_decided(laptop):
    laptop.faults["digitalocean"].add(Fault(status=503, times=100))
    with pytest.raises(Later):
        sent(laptop, GREEN)
    laptop.faults["digitalocean"].clear()
    assert laptop.writes == []
    driver(laptop).send(GREEN, laptop.record().epoch)
    laptop.land()
    assert verified(laptop, laptop.record()).followed


@at_digitalocean
def test_a_rate_limit_is_waited_out_as_long_as_it_says(laptop):
    laptop.faults["digitalocean"].add(Fault(method="PUT|PATCH", status=429, headers={"retry-after": "29"}))
    with pytest.raises(RateLimited) as caught:
        sent(laptop, GREEN)
    assert caught.value.delay == 29


@at_digitalocean
def test_what_is_refused_is_said_in_the_providers_words_and_not_tried_again(laptop):
    body = {"id": "unprocessable_entity", "message": "that is not allowed here"}
    laptop.faults["digitalocean"].add(Fault(method="PUT|PATCH", status=422, message=body, times=9))
    with pytest.raises(Refused) as caught:
        sent(laptop, GREEN)
    assert "that is not allowed here" in str(caught.value)
    assert len(laptop.writes) <= 1


@at_digitalocean
def test_an_answer_that_was_lost_after_the_effect_is_not_acted_on_twice(laptop):
    laptop.faults["digitalocean"].add(Fault(method="PUT|PATCH", status=504, after_effect=True))
    with pytest.raises(Later):
        sent(laptop, GREEN)
    once = effects(laptop)
    driver(laptop).send(GREEN, laptop.record().epoch)
    assert effects(laptop) == once
    laptop.land()
    assert verified(laptop, laptop.record()).followed


@pytest.mark.parametrize("laptop", ["router"], indirect=True)
@pytest.mark.parametrize("status", [401, 422, 429, 503])
def test_the_router_moves_production_whatever_digitalocean_answers(laptop, status):
    laptop.faults["digitalocean"].add(Fault(status=status, times=100))
    record = sent(laptop, GREEN)
    assert driver(laptop).current() is GREEN
    assert verified(laptop, record).followed
    assert driver(laptop).why_lagging(record, laptop.clock.now()) is None
    assert driver(laptop).setting() is None
    assert laptop.faults["digitalocean"].take("GET", "/left").times == 99, "DigitalOcean was asked"


@pytest.mark.parametrize("laptop", ["router"], indirect=True)
def test_a_late_function_moves_no_router(laptop):
    late = sent(laptop, GREEN)
    record, before = sent(laptop, BLUE), effects(laptop)
    send_traffic(laptop.cloud("late"), late)
    assert effects(laptop) == before
    assert driver(laptop).current() is BLUE
    assert verified(laptop, record).followed


@at_digitalocean
def test_somebody_elses_change_is_found_set_right_by_the_watch_and_told_once(laptop):
    there_and_back(laptop)
    before = laptop.rest_of
    laptop.change(laptop.values()[GREEN])
    laptop.land()
    assert laptop.led_to() is GREEN
    assert "where blue is active" in driver(laptop).why_lagging(laptop.record(), laptop.clock.now())
    for _ in range(4):
        laptop.minute()
    assert laptop.led_to() is BLUE
    assert laptop.rest_of == before
    [told] = [text for text in laptop.told() if "not by Bluegreen" in text]
    assert "production was pointed at green, not by Bluegreen; set right" in told
    assert laptop.record().strayed == ""


@at_digitalocean
def test_a_change_that_cannot_be_set_right_yet_is_told_once_and_tried_each_minute(laptop):
    there_and_back(laptop)
    laptop.change(laptop.values()[GREEN])
    laptop.land()
    laptop.faults["digitalocean"].add(Fault(method="PUT|PATCH", status=500, times=3))
    for _ in range(6):
        laptop.minute()
    assert laptop.led_to() is BLUE
    assert len(laptop.writes) == 4
    assert [text.rpartition("; ")[2] for text in laptop.told() if "not by Bluegreen" in text] == [
        "not set right",
        "set right",
    ]


@at_digitalocean
def test_on_the_first_days_what_is_found_is_told_and_left_to_a_person(laptop):
    laptop.change(laptop.values()[GREEN])
    laptop.land()
    for _ in range(3):
        laptop.minute()
    assert laptop.led_to() is GREEN
    assert laptop.writes == []
    [told] = laptop.slack.messages
    assert "not by Bluegreen; not set right" in told["payload"]["text"]
    words = str(told["payload"]).replace("\\u200b", "")  # Slack shows `adopt` as it is written
    assert "a person has to say whether it or `adopt` is wrong" in words


def test_where_the_service_says_so_a_change_is_only_told():
    laptop = BalancedLaptop({"repair": False})
    laptop.invoke("status")
    there_and_back(laptop)
    laptop.change("holi-closed")
    for _ in range(3):
        laptop.minute()
    assert laptop.setting == "holi-closed"
    assert [text for text in laptop.told() if "pointed at neither environment" in text] == laptop.told()[-1:]


def test_an_idle_watch_reads_the_setting_once_a_minute(laptop):
    laptop.minute()
    asked = readings(laptop)
    laptop.clock.sleep(60)
    laptop.invoke("ops/watch")
    assert len(asked) == (0 if driver(laptop).follows_journal else 1)


def readings(laptop):
    """What is asked of DigitalOcean from now on, but for the looks at the way back, an app, which have minutes of their
    own."""
    asked, service = [], laptop.cloud("test").service

    def note(request):
        apps = {f"/apps/{service.app(environment)}" for environment in (BLUE, GREEN)}
        if request.url.host == "api.digitalocean.com" and not (
            len(apps) > 1 and request.url.path.endswith(tuple(apps))
        ):
            asked.append(request.url.path)

    laptop.shared.http.event_hooks = {"request": [note]}
    return asked


@pytest.mark.slow
def test_a_watch_that_stays_with_a_release_reads_the_setting_once_too(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    asked = readings(laptop)
    answer = laptop.invoke("ops/watch")
    assert int(answer["what"].split()[0]) > 3
    assert len(asked) == (0 if driver(laptop).follows_journal else 1)


@pytest.mark.slow
def test_a_provider_that_does_not_answer_keeps_nobody_from_watching_a_release(laptop):
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.faults["digitalocean"].add(Fault(status=503, times=99))
    assert int(laptop.invoke("ops/watch")["what"].split()[0]) > 3


@at_digitalocean
def test_a_late_function_does_not_undo_what_was_decided_since(laptop):
    late = sent(laptop, GREEN)
    sent(laptop, BLUE)
    laptop.land()
    before = effects(laptop)
    with pytest.raises(Stale):
        send_traffic(laptop.cloud("late"), late)
    assert laptop.led_to() is BLUE
    assert effects(laptop) == before


@at_digitalocean
def test_a_request_that_is_on_its_way_during_a_rollback_is_followed_by_one_that_is_true(laptop):
    record = pointed(laptop, GREEN)

    def rolled_back(request):
        if request.method in ("PUT", "PATCH") and laptop.record().active is GREEN:
            laptop.shared.http.event_hooks = {"request": [laptop._noted]}
            newer = pointed(laptop, BLUE)
            driver(laptop).send(BLUE, newer.epoch)

    laptop.shared.http.event_hooks = {"request": [rolled_back]}
    with pytest.raises(Stale):
        send_traffic(laptop.cloud("late"), record)
    laptop.land()
    assert laptop.led_to() is laptop.record().active


@at_digitalocean
def test_what_a_switch_in_other_hands_has_only_written_down_is_carried_out_and_told_to_nobody(laptop):
    cloud = laptop.cloud("switch")
    pointed(laptop, BLUE)
    claim = Claim(owner="another", until=laptop.clock.now() + timedelta(minutes=9))
    record = in_phase(Phase.SWITCHING, claim=claim, wake_at=laptop.clock.now()).model_copy(update={"epoch": 2})
    record = pointing.point_at(record.model_copy(update={"store": cloud.clients.store}), GREEN, laptop.clock.now())
    cloud.journal.append(cloud.journal.newest(), record, "test", "switching", laptop.clock.now())
    laptop.minute()
    assert len(laptop.writes) == 1
    laptop.land()
    assert laptop.led_to() is GREEN
    assert not [text for text in laptop.told() if "not by Bluegreen" in text]


def test_a_switch_that_came_in_between_is_not_taken_for_somebody_elses_change(laptop):
    there_and_back(laptop)
    cloud = laptop.cloud("ops/watch")
    before = cloud.journal.newest()
    sent(laptop, GREEN)
    laptop.land()
    writes_before = effects(laptop)
    repair(cloud, before)
    assert effects(laptop) == writes_before
    assert laptop.led_to() is GREEN
    assert laptop.record().strayed == ""


@at_digitalocean
def test_without_the_token_a_function_says_which_setting_it_lacks(laptop):
    settings = laptop.settings
    laptop.settings = settings._replace(secrets=settings.secrets._replace(digitalocean_token=None))
    with pytest.raises(BluegreenError, match="BLUEGREEN_DIGITALOCEAN_TOKEN is not set"):
        driver(laptop).send(GREEN, 1)
    assert driver(laptop).current() is BLUE


def test_every_driver_of_the_settings_is_in_this_suite():
    kinds = {laptop().settings.service("web").traffic.kind for laptop in DRIVERS.values()}
    assert kinds == set(DRIVERS)
    assert all(issubclass(laptop, DrivenLaptop) for laptop in DRIVERS.values())
