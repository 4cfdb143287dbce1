"""Break-glass: `bluegreen rollback --direct`, when no function can be called. Real HTTP, to a store and a provider."""

import json
from datetime import UTC, datetime

import pytest
import yaml
from typer.testing import CliRunner
from werkzeug.wrappers import Response

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces as Bucket
from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.phases import Phase
from bluegreen_cli import direct
from bluegreen_cli.main import app
from bluegreen_emulator.digitalocean.web import create_app
from bluegreen_emulator.spaces import Spaces
from bluegreen_emulator.wire import Server
from tests.build import written as one_service
from tests.chain.driven import BalancedLaptop, NamedLaptop

KEYS = {"BLUEGREEN_SPACES_KEY": "KEY", "BLUEGREEN_SPACES_SECRET": "store-secret"}
TOKEN = {"BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_example"}
WRONG = {"BLUEGREEN_FUNCTIONS_KEY": "half-a-key", "BLUEGREEN_GITHUB_TOKEN": "…"}  # none of its business


class Place:
    """A store, a production that answers as `active`, and what bluegreen.yml says of both."""

    def __init__(self, folder, monkeypatch):
        for name in (*KEYS, *TOKEN):
            monkeypatch.delenv(name, raising=False)
        self.folder, self.active, self.written, self.servers = folder, "green", one_service(), []
        state = self.written["state"]
        self.buckets = [state["bucket"], state["telemetry_bucket"]]
        state["endpoint"] = self.serve(Spaces({"KEY": ("store-secret", {"": "fullaccess"})}, self.buckets).app)
        self.url = self.serve(self._production)
        self.web = self.written["services"]["web"]
        self.web["traffic"] = {"kind": "router", "url": self.url, "settle": "1s"}

    def serve(self, app):
        self.servers.append(Server(app))
        return self.servers[-1].url

    def _production(self, environ, start_response):
        return Response("", 200, {"x-bluegreen-environment": self.active})(environ, start_response)

    def bucket(self, number):
        state = self.written["state"]
        return Bucket(state["endpoint"], state["region"], self.buckets[number], "KEY", "store-secret")

    def newest(self):
        return Journal(self.bucket(0), "web", nonce=str).newest()

    def followed(self, epoch):
        """A router's report, as it writes one each second or two."""
        facts = {"service": "web", "instance": "r1", "at": datetime.now(UTC), "seq": 0, "blocks": ()}
        report = Telemetry(**facts, epoch=epoch, active=Environment.GREEN)
        self.bucket(1).put("services/web/telemetry/r1.json", report.model_dump_json().encode())

    def say(self, *words, **env):
        (self.folder / "bluegreen.yml").write_text(yaml.safe_dump(self.written))
        given = KEYS | WRONG | env
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items() if value))
        where = ["--config", str(self.folder / "bluegreen.yml"), "--env", str(self.folder / ".env")]
        done = CliRunner().invoke(app, [*words, *where])
        return done.exit_code, done.output


@pytest.fixture
def place(tmp_path, monkeypatch):
    made = Place(tmp_path, monkeypatch)
    yield made
    for server in made.servers:
        server.close()


def test_production_goes_back_by_one_write_and_routers_follow_it(place):
    place.followed(epoch=1)

    code, said = place.say("rollback", "--direct", "--reason", "the shop is down")

    assert code == 0, said
    assert "going back from v1.2.0 to v1.1.0 on green" in said
    version = place.newest()
    assert version.by == "rollback --direct"
    assert (version.record.active, version.record.epoch) == (Environment.GREEN, 1)
    assert version.record.past[0].outcome is Phase.ROLLED_BACK
    assert version.record.past[0].reason == "rollback asked for by a person: the shop is down"


def test_people_are_told_by_the_watch_once_functions_run_again(place):
    place.web["notify"] = [{"kind": "slack"}]
    place.followed(epoch=1)

    place.say("rollback", "--direct", BLUEGREEN_SLACK_WEBHOOK_URL="https://hooks.slack.test/services/x")

    assert [notice.channel.value for notice in place.newest().record.outbox]


@pytest.mark.slow
def test_a_router_that_does_not_follow_yet_is_said_and_the_write_stands(place):
    place.active = "blue"

    code, said = place.say("rollback", "--direct")

    assert code == 0, said
    assert "still being confirmed" in said
    assert place.newest().record.active is Environment.GREEN
    assert place.newest().record.in_flight.phase is Phase.ROLLING_BACK


def test_reports_that_cannot_be_read_are_not_told_as_none(place):
    store = Spaces({"KEY": ("store-secret", {"": "fullaccess"})}, place.buckets)
    place.written["state"]["endpoint"] = place.serve(store.app)
    store.refuse_next("AccessDenied", 403, times=1_000, method="GET", path="telemetry")

    code, said = place.say("rollback", "--direct")

    assert code == 0, said
    assert "what router instances report cannot be read" in said
    assert "AccessDenied" in said
    assert place.newest().record.active is Environment.GREEN


def test_where_versions_are_kept_the_next_step_is_one_that_helps(place):
    place.followed(epoch=1)
    versioning = {"Bucket": place.buckets[0], "VersioningConfiguration": {"Status": "Enabled"}}
    place.bucket(0)._s3.put_bucket_versioning(**versioning)

    for command in ("rollback", "status"):
        code, said = place.say(command, "--direct")
        assert code == 1
        assert "next: make a bucket without versioning" in said


@pytest.mark.slow
def test_a_second_one_does_not_go_back_twice(place):
    place.active = "blue"
    place.say("rollback", "--direct")

    code, said = place.say("rollback", "--direct")

    assert (code, place.newest().record.epoch) == (0, 1), said
    assert "is being rolled back already" in said


def test_a_journal_that_was_lost_is_not_moved_by(place):
    place.say("status", "--direct")
    place.followed(epoch=7)
    newest = place.newest()

    code, said = place.say("rollback", "--direct")

    said = " ".join(said.split())
    assert code != 0, said
    assert "nothing was done: r1 has applied version 0 of epoch 7" in said
    assert "bluegreen recover" in said
    assert place.newest() == newest


def test_status_says_that_the_journal_was_lost_before_the_watch_has_noted_it(place):
    place.say("status", "--direct")
    place.followed(epoch=7)

    code, said = place.say("status", "--direct")

    said = " ".join(said.split())
    assert code != 0, said
    assert "r1 has applied version 0 of epoch 7" in said
    assert "web: blue active v1.2.0" in said
    assert "bluegreen recover --service web" in said
    assert "to go back" not in said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("`status` shows both environments", "`bluegreen status --direct` shows both environments"),
        (
            "to go back: doctl serverless functions invoke rollback -p service:web",
            "to go back: bluegreen rollback --direct --service web",
        ),
        (
            "seen? doctl serverless functions invoke status -p service:web -p seen:true",
            "seen? bluegreen status --direct --service web --seen true",
        ),
        ("which service? pass -p service:NAME", "which service? pass --service NAME"),
        ("`rollback -p to:v1.2.0` goes", "`doctl serverless functions invoke rollback -p to:v1.2.0` goes"),
        ("`-p native:true` takes it", "`doctl serverless functions invoke rollback -p native:true` takes it"),
        (said := "doctl serverless functions invoke rollback -p service:web -p to:v1.2.0", said),
        (said := "doctl serverless functions invoke deploy -p service:web", said),
    ],
)
def test_a_next_step_is_one_that_this_command_or_the_function_takes(said, meant):
    assert direct._as_options(said) == meant


def test_a_reason_may_hold_any_bytes(place):
    place.followed(epoch=1)

    code, said = place.say("rollback", "--direct", "--reason", "zur\udcfcck")

    assert code == 0, said
    assert place.newest().record.past[0].reason == "rollback asked for by a person: zur?ck"


@pytest.mark.parametrize("token", ["dop_v1_…", "a b"])
def test_a_token_that_is_none_is_not_wanted_where_routers_read_the_journal(place, token):
    place.followed(epoch=1)

    code, said = place.say("rollback", "--direct", BLUEGREEN_DIGITALOCEAN_TOKEN=token)

    assert code == 0, said


def test_status_reads_the_journal(place):
    place.web["signals"] = ["router"]
    code, said = place.say("status", "--direct")

    assert (code, said) == (0, "web: blue active v1.2.0, green idle v1.1.0\nnext: nothing\n")


def test_what_is_undelivered_may_be_said_to_be_seen(place):
    code, said = place.say("status", "--direct", "--seen", "true")

    assert (code, said.partition(";")[0]) == (0, "nothing waits to be seen")


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_is_missing_is_named_before_anything_is_asked(place, name):
    code, said = place.say("rollback", "--direct", **{name: ""})

    assert code == 2
    assert f"{name}: is not set" in said
    assert "half-a-key" not in said


def test_a_key_that_the_store_refuses_is_said(place):
    code, said = place.say("rollback", "--direct", BLUEGREEN_SPACES_SECRET="another")

    assert code == 1
    assert "are the Spaces key and its grant for this bucket right?" in said


def test_without_a_key_of_functions_it_is_said_what_does_without(place):
    code, said = place.say("rollback")

    assert code == 2
    assert "bluegreen rollback --direct" in " ".join(said.split())
    assert place.newest() is None


def test_of_several_services_one_has_to_be_named(place):
    api = json.loads(json.dumps(place.web))
    api["source"], api["tags"] = {"kind": "pointer_branch", "prefix": "deploy/api-"}, {"pattern": "api-v*"}
    api["environments"] = {e: {"app": f"api-{e}", "url": f"https://api-{e}.test"} for e in ("blue", "green")}
    api["traffic"]["url"] = "https://api.test"
    place.written["services"]["api"] = api

    code, said = place.say("rollback", "--direct")
    assert (code, "which service?" in said) == (1, True), said
    place.followed(epoch=1)
    assert place.say("rollback", "--direct", "--service", "web")[0] == 0


def driven(place, laptop):
    """Production is led by a setting at DigitalOcean's API, which runs."""
    place.written["apis"] = {"digitalocean": place.serve(create_app(laptop.digitalocean))}
    place.web["traffic"] = {**laptop._settled(), "url": place.url, "settle": "1s"}
    return laptop


@pytest.mark.slow
@pytest.mark.parametrize("kind", [NamedLaptop, BalancedLaptop])
def test_a_setting_at_the_provider_is_changed_with_the_token(place, kind):
    laptop = driven(place, kind())

    code, said = place.say("rollback", "--direct", **TOKEN)

    assert code == 0, said
    assert laptop.setting == laptop.values()[Environment.GREEN]


BY_HAND = [
    (NamedLaptop, "doctl compute domain records update holilabs.com --record-data 203.0.113.2 --record-id"),
    (NamedLaptop, "which `doctl compute domain records list holilabs.com` shows beside A @"),
    (BalancedLaptop, "let it send to Droplets tagged holi-green"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "step"), BY_HAND)
def test_without_the_token_it_is_said_what_to_do_by_hand(place, kind, step):
    laptop = driven(place, kind())
    place.active = "blue"

    code, said = place.say("rollback", "--direct")

    assert code == 0, said
    assert step in said
    assert laptop.setting == laptop.values()[Environment.BLUE]
    release = place.newest().record.in_flight
    assert (release.phase, step in release.reason) == (Phase.ROLLING_BACK, True)

    place.active = "green"  # the person has done it
    code, said = place.say("rollback", "--direct")
    assert (code, step in said) == (0, False), said


def test_an_ingress_rule_is_changed_by_hand_in_the_spec(place):
    place.web["environments"] = {e: {"app": "holi", "url": f"{place.url}/__{e}"} for e in ("blue", "green")}
    place.web["source"] = {"kind": "image", "registry_type": "DOCKER_HUB", "registry": "holi", "repository": "web"}
    place.web["traffic"] = {"kind": "app_ingress", "url": place.url, "settle": "1s"}
    place.active = "blue"

    code, said = place.say("rollback", "--direct")

    assert code == 0, said
    assert "let the ingress rule of / name component api-green; doctl apps update holi" in said
