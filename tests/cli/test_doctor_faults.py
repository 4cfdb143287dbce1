"""Every fault that the doctor is to name, made once: what it is called, and that a way out is told beside it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core import admission
from bluegreen.core.config.options import Options
from bluegreen.core.environment import Environment
from bluegreen.core.floor import RollbackFloor
from bluegreen.core.pointing import adopt
from bluegreen.settings import parse
from bluegreen_emulator.github.webhooks import Hook
from tests.cli.clinic import REPOSITORY, SETTINGS, Clinic, by_check

pytestmark = pytest.mark.slow

ANOTHER = "a-value-that-is-another"


@pytest.fixture
def clinic(written, tmp_path):
    made = Clinic(written, tmp_path)
    made.deploy_functions()
    yield made
    made.close()


def setting(name, value):
    return lambda clinic: {**SETTINGS, f"BLUEGREEN_{name}": value}


def hook(**changes):
    def do(clinic):
        address = "https://faas.example/api/v1/web/fn-web/hooks/github"
        given = {"url": address, "secret": "3f1d0c77a5b24e86", "repository": REPOSITORY, **changes}
        clinic.github.webhooks.hooks[:] = [Hook(**given)]

    return do


def changed(**section):
    return lambda clinic: clinic.web.update(section)


def scopes(*held):
    """What DigitalOcean's token may do; nothing held is a token that nobody knows."""
    known = {SETTINGS["BLUEGREEN_DIGITALOCEAN_TOKEN"]: frozenset(held)} if held else {}
    return lambda clinic: setattr(clinic.account, "settings", replace(clinic.account.settings, tokens=known))


def insights(region, *held):
    def do(clinic):
        scopes(*held)(clinic)
        changed(signals=["router", {"kind": "prometheus", "insights": region}])(clinic)

    return do


def insights_token(*held):
    def do(clinic):
        known = {SETTINGS["BLUEGREEN_DIGITALOCEAN_TOKEN"]: frozenset({"*"}), "dop_v1_insights": frozenset(held)}
        clinic.account.settings = replace(clinic.account.settings, tokens=known)
        return {**SETTINGS, "BLUEGREEN_INSIGHTS_TOKEN": "dop_v1_insights"}

    return do


def urls_swapped(clinic):
    sides = clinic.web["environments"]
    sides["blue"]["url"], sides["green"]["url"] = sides["green"]["url"], sides["blue"]["url"]


def bucket(name, value):
    return lambda clinic: clinic.written["state"].update({name: value})


def permissions(**held):
    return lambda clinic: setattr(clinic.github.access, "permissions", {"contents": "read", **held})


def journal(change):
    def do(clinic):
        file, _ = parse(clinic.written)
        service = file.services["web"]
        store = Spaces(file.state.endpoint, file.state.region, file.state.bucket, "KEY", "store-secret")
        Journal(store, "web", lambda: "n").begin(change(adopt(service)), "a test", "begin", clinic.account.clock.now())

    return do


def idle_unproven(record):
    return record.with_environment(Environment.GREEN, proven=False)


def below_the_floor(record):
    return record.model_copy(
        update={"floor": RollbackFloor(tag="v1.2.0", by="v1.2.0", why="nothing reads it", at=datetime.now(UTC))}
    )


def down(environment):
    return lambda clinic: clinic.shop.status.update({environment: 503})


def no_reports(clinic):
    name = clinic.written["state"]["telemetry_bucket"]
    clinic.store.delete_object(Bucket=name, Key="services/web/telemetry/a.json")


def no_trigger(clinic):
    clinic.platform.scheduler.delete("every-minute")


def switched_off(clinic):
    clinic.platform.scheduler.update("every-minute", {"enabled": False})


def dead_after_a_release(clinic):
    journal(lambda record: record)(clinic)
    clinic.web["traffic"] = {"kind": "router", "url": "http://127.0.0.1:9"}


def changes_a_workflow(clinic):
    made = clinic.repository.release("v1.3.0")
    clinic.github.files[REPOSITORY][made.sha] = {".github/workflows/ci.yml": "on: push", "README.md": "hello"}


def github_token_ends(days):
    at = datetime.now(UTC) + timedelta(days=days, hours=1)
    return lambda clinic: setattr(clinic.github.access, "expires", f"{at:%Y-%m-%d %H:%M:%S} UTC")


def functions_key_ends(clinic):
    made = clinic.platform.access.create("bluegreen", timedelta(days=3))
    return setting("FUNCTIONS_KEY", f"{made.id}:{made.secret}")(clinic)


FAULTS = {
    "a tag that changes a workflow": (
        changes_a_workflow,
        "workflows",
        "doubt",
        "v1.3.0 of holi-labs/holi changes",
    ),
    "a GitHub token that ends soon": (github_token_ends(3), "GitHub token's end", "doubt", "in 3 days"),
    "a functions key that ends soon": (functions_key_ends, "functions key's end", "doubt", "in 2 days"),
    "a wrong DigitalOcean token": (scopes(), "apps", "fault", "401"),
    "a token that may not read apps": (scopes("account:read"), "apps", "fault", "403"),
    "a wrong GitHub token": (setting("GITHUB_TOKEN", "ghp_another"), "repository", "fault", "GitHub answered"),
    "a wrong repository": (changed(repository="holi-labs/hola"), "repository", "fault", "404"),
    "a token that may not move branches": (permissions(deployments="write"), "token may write", "fault", "403"),
    "a token that may not tell deployments": (
        permissions(contents="write", deployments="read"),
        "token may write",
        "fault",
        "/deployments",
    ),
    "a wrong functions key": (setting("FUNCTIONS_KEY", "dof_v1_other:x1y2"), "functions key", "fault", "takes it"),
    "no functions key": (setting("FUNCTIONS_KEY", "none"), "functions key", "doubt", "a minute a step"),
    "a telemetry bucket that is not there": (
        bucket("telemetry_bucket", "holi-nowhere"),
        "telemetry bucket",
        "fault",
        "holi-nowhere",
    ),
    "one bucket for both": (
        bucket("telemetry_bucket", "holi-bluegreen-state"),
        "telemetry bucket",
        "doubt",
        "write the journal",
    ),
    "a state bucket that is not there": (bucket("bucket", "holi-nothing"), "state bucket", "fault", "holi-nothing"),
    "a wrong Spaces secret": (setting("SPACES_SECRET", ANOTHER), "state bucket", "fault", "state"),
    "addresses that are swapped": (urls_swapped, "addresses of apps", "fault", "environments.blue.url"),
    "an adopt that is not so": (
        lambda clinic: setattr(clinic.shop, "leads", "green"),
        "adopt",
        "fault",
        "adopt.active is blue, and green answers",
    ),
    "an adopted tag that is none": (
        changed(adopt={"active": "blue", "blue": "v9.9.9", "green": "v1.1.0"}),
        "tags",
        "fault",
        "adopt names v9.9.9",
    ),
    "production that is down": (down("blue"), "production", "fault", "answers 503"),
    "production that does not answer": (
        changed(traffic={"kind": "router", "url": "http://127.0.0.1:9"}),
        "production",
        "doubt",
        "gives no answer",
    ),
    "an idle environment that is broken": (down("green"), "health", "doubt", "green of web"),
    "an active environment that is broken": (down("blue"), "health", "fault", "blue of web"),
    "a pattern that no tag has": (changed(tags={"pattern": "release-*"}), "tags", "doubt", "none of the 2"),
    "no checks": (changed(checks={}), "checks declared", "doubt", "every release passes"),
    "a status that cannot be": (
        changed(checks={"health": {"requests": [{"get": "/", "expect": {"status": "twohundred"}}]}}),
        "bluegreen.yml",
        "fault",
        "is no status",
    ),
    "a nudge secret that is none": (setting("NUDGE_SECRET", "none"), "secrets", "fault", "NUDGE_SECRET"),
    "a secret that is guessed": (
        setting("GITHUB_WEBHOOK_SECRET", "my-secret-password-1"),
        "secrets",
        "fault",
        "guessed",
    ),
    "two secrets of one value": (
        setting("ALERT_SECRET", SETTINGS["BLUEGREEN_NUDGE_SECRET"]),
        "secrets",
        "fault",
        "same",
    ),
    "an example's value": (setting("GITHUB_TOKEN", "github_pat_…"), "settings filled in", "fault", "GITHUB_TOKEN"),
    "a value with a #": (setting("ALERT_SECRET", "kd83#jf72hs61lq0"), "settings as deployed", "fault", "ALERT_SECRET"),
    "a value with ${}": (setting("ALERT_SECRET", "kd83${HOME}jf72hs"), "settings as deployed", "fault", "variable"),
    "a value with a quote in it": (
        setting("ALERT_SECRET", '"kd83jf72\\"hs61lq0"'),
        "settings as deployed",
        "fault",
        "ALERT_SECRET",
    ),
    "a Slack address that is none": (
        setting("SLACK_WEBHOOK_URL", "no-address"),
        "functions' settings",
        "fault",
        "SLACK",
    ),
    "a channel without its secret": (changed(), "channels", "doubt", "SLACK_WEBHOOK_URL is not set"),
    "no webhook": (hook(url="https://elsewhere.example"), "webhook", "doubt", "none leads to hooks/github"),
    "a webhook that is off": (hook(active=False), "webhook", "fault", "switched off"),
    "a webhook without pushes": (hook(events=("release",)), "webhook", "fault", "does not send pushes"),
    "a branch that is not there": (
        lambda clinic: clinic.repository.branches.pop("deploy/green"),
        "branches",
        "doubt",
        "deploy/green",
    ),
    "a token that may not read Insights": (
        insights("fra1", "app:read", "app:update"),
        "Insights",
        "fault",
        "a token with the scope insights:read in BLUEGREEN_DIGITALOCEAN_TOKEN",
    ),
    "a region without Insights": (insights("xyz9", "app:read", "insights:read"), "Insights", "fault", "such as nyc3"),
    "a token of Insights' alerts that may not read them": (
        insights_token("app:read"),
        "Insights' alerts",
        "fault",
        "a token with the scope insights:read in BLUEGREEN_INSIGHTS_TOKEN",
    ),
    "a token of Insights' alerts without the secret": (
        setting("INSIGHTS_TOKEN", "dop_v1_insights"),
        "Insights' alerts",
        "doubt",
        "without BLUEGREEN_ALERT_SECRET",
    ),
    "an app that is not there": (lambda clinic: clinic.account.apps.all.clear(), "apps", "fault", "404"),
    "an app that is pinned": (lambda clinic: clinic.account.pin("holi-blue"), "pins", "doubt", "pinned"),
    "no routers": (no_reports, "routers", "doubt", "none ever did"),
    "no schedule": (no_trigger, "schedule", "doubt", "nothing is watched"),
    "a schedule that is off": (switched_off, "schedule", "fault", "switched off"),
    "a schedule that does not fire": (lambda clinic: clinic.fire(90), "schedule", "fault", "90 minutes ago"),
    "production that has died": (dead_after_a_release, "production", "fault", "gives no answer"),
    "the way back is barred": (
        journal(below_the_floor),
        "way back",
        "doubt",
        "none: v1.1.0 is below the rollback floor",
    ),
    "nothing to go back to": (journal(idle_unproven), "way back", "doubt", "nothing to go back to"),
}


@pytest.mark.slow
def test_where_nothing_is_wrong_there_is_one_doubt_for_the_channel_that_is_left_out(clinic):
    found = clinic.results()
    assert {name for name, each in found.items() if each.result != "ok"} == {"channels"}
    assert clinic().exit_code == 3
    clinic.web["notify"] = []
    assert clinic().exit_code == 0


@pytest.mark.parametrize("what", FAULTS)
def test_it_is_named(clinic, what):
    make, check, result, words = FAULTS[what]
    settings = make(clinic)
    settings = settings if isinstance(settings, dict) and "BLUEGREEN_SPACES_KEY" in settings else SETTINGS
    said = clinic.said(settings)
    found = by_check(said)

    assert found[check].result == result, found[check]
    assert words in f"{found[check].what}{found[check].mend}"
    assert [each for each in said if each["result"] in ("fault", "doubt") and not each["mend"]] == []


def test_a_fault_hides_only_what_rests_on_it(clinic):
    clinic.account.apps.all.clear()
    found = clinic.results()
    hidden = {name for name, each in found.items() if each.result == "skipped"}
    assert hidden == {"addresses of apps", "pins", "deployable", "equal apps", "health"}
    assert found["repository"].result == "ok"


def test_values_are_told_nowhere(clinic):
    settings = {**SETTINGS, "BLUEGREEN_ALERT_SECRET": "kd83#jf72hs61lq0", "BLUEGREEN_SPACES_SECRET": ANOTHER}
    said = clinic(settings).output + clinic(settings, "default", "--json").output
    assert not [value for value in settings.values() if value != "none" and value in said]


@pytest.mark.parametrize(
    ("address", "result", "words"), [("", "ok", "knows the webhook"), ("/x", "fault", "does not know the webhook")]
)
def test_slack_is_asked_without_a_message_that_anybody_sees(clinic, address, result, words):
    found = clinic.results({**SETTINGS, "BLUEGREEN_SLACK_WEBHOOK_URL": clinic.slack_url + address})
    assert (found["Slack"].result, clinic.slack.messages) == (result, [])
    assert words in found["Slack"].what


BOT, SIGNING = "xoxb-of-this-test", "0123456789abcdef0123456789abcdef"
PEOPLE = {"anna": {"id": "U0ANNA", "rights": ["operate"]}}


def with_bot(clinic, channel="C00RELEASE", token=BOT, signing="none", users=PEOPLE):
    clinic.slack.bot_token = BOT
    clinic.written["apis"]["slack"] = clinic.slack_url.removesuffix(clinic.slack.path) + "/api"
    clinic.written["slack_users"] = users
    clinic.web["notify"] = [{"kind": "slack", "channel": channel}]
    more = {"BLUEGREEN_SLACK_BOT_TOKEN": token, "BLUEGREEN_SLACK_SIGNING_SECRET": signing}
    return clinic.results({**SETTINGS, **more})


@pytest.mark.parametrize(
    ("scopes", "invited", "given", "result", "words"),
    [
        ("chat:write", True, {}, "ok", "accepted, and may post"),
        ("chat:write", True, {"token": "xoxb-another"}, "fault", "auth.test answers invalid_auth"),
        ("channels:read", True, {}, "fault", "lacks the scope chat:write"),
        ("chat:write,files:write", True, {}, "doubt", "may also files:write"),
        ("chat:write,channels:read", False, {}, "fault", "is not in C00RELEASE"),
        ("chat:write,channels:read", True, {"channel": "C0GONE"}, "fault", "channel_not_found"),
        ("chat:write,channels:read", True, {}, "ok", "accepted"),
        ("chat:write", True, {"channel": ""}, "fault", "names no `channel`"),
    ],
)
def test_slack_s_bot_is_asked_who_it_is_and_what_it_may(clinic, scopes, invited, given, result, words):
    clinic.slack.scopes, clinic.slack.invited = scopes, invited
    found = with_bot(clinic, **given)["Slack's bot"]

    assert (found.result, clinic.slack.calls) == (result, [])
    assert words in found.what


@pytest.mark.parametrize(
    ("given", "result", "words"),
    [
        ({"signing": SIGNING}, "ok", "anna may press them"),
        ({}, "doubt", "BLUEGREEN_SLACK_SIGNING_SECRET is not set"),
        ({"signing": "xoxb-not-a-signing-secret"}, "fault", "32 hexadecimal digits"),
        ({"signing": SIGNING, "users": {}}, "doubt", "names nobody"),
        ({"signing": SIGNING, "token": "none"}, "doubt", "only a bot's messages"),
    ],
)
def test_buttons_are_for_people_who_are_named_and_whose_press_can_be_told(clinic, given, result, words):
    found = with_bot(clinic, **given)["Slack's buttons"]

    assert found.result == result
    assert words in found.what


@pytest.mark.slow
def test_a_bot_needs_no_webhook(clinic):
    assert with_bot(clinic)["channels"].result == "ok"


def test_a_release_far_beyond_its_deadline_says_that_no_watch_runs(clinic, written):
    def hanging(record):
        service = parse(clinic.written)[0].services["web"]
        asked = admission.ReleaseRequest("v1.3.0", "", Options(), "a test")
        then = clinic.account.clock.now() - timedelta(days=2)
        return admission.admit(record, service, asked, then).record

    journal(hanging)(clinic)
    found = clinic.results()["release in flight"]
    assert (found.result, "no watch runs" in found.what) == ("fault", True)
