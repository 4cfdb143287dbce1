"""`bluegreen setup`: a plan, a question, the plan done; a second run has nothing to do, and no secret is shown."""

import json
import stat

import pytest

from bluegreen_cli import config
from bluegreen_cli.doctor import deployer_env
from tests.cli.account import REPOSITORY, TOKENS, Account

SCOPES = frozenset({"app:read", "app:create", "app:update", "spaces_key:read", "function:read"})


@pytest.fixture
def account(tmp_path):
    made = Account(tmp_path)
    made.init()
    yield made
    made.close()


def test_a_plan_does_nothing_and_says_that_something_is_to_do(account):
    done = account("setup", "--plan")

    assert done.exit_code == 2, done.output
    assert "+ app shop-green (green): as in .do/app-green.yaml" in done.output
    assert not (account.folder / ".env").exists()
    assert (account.cloud.apps.all, account.github.webhooks.hooks, account.spaces.keys) == ({}, [], {})


def test_where_nobody_can_be_asked_it_refuses_and_does_nothing(account):
    done = account("setup")

    assert (done.exit_code, "--yes does them, --plan only says them" in done.output) == (1, True)
    assert account.cloud.apps.all == {}


@pytest.mark.slow
def test_a_second_run_has_nothing_to_do(account):
    first, second = account("setup", "--yes"), account("setup")

    assert (first.exit_code, second.exit_code, account("setup", "--plan").exit_code) == (0, 0, 0), first.output
    assert "Nothing to do." in second.output
    assert {line[0] for line in second.output.splitlines() if line[:1] in "+=~!"} == {"="}
    config.read(account.folder / "bluegreen.yml")  # which refuses what is still open
    assert account.cloud.violations == []


@pytest.mark.slow
def test_the_settings_are_for_their_owner_alone_and_shown_nowhere(account):
    said = account("setup", "--plan").output + account("setup", "--yes").output + account("setup", "--json").output

    assert stat.S_IMODE((account.folder / ".env").stat().st_mode) == 0o600
    env = deployer_env.parse(account.env)
    secrets = {value for name, value in env.items() if value != "none" and not name.endswith("SPACES_KEY")}
    assert not [secret for secret in secrets | set(TOKENS.values()) if secret in said]
    assert len(secrets) == 7


@pytest.mark.slow
def test_what_was_readable_by_others_is_closed(account):
    account("setup", "--yes")
    (account.folder / ".env").chmod(0o644)
    assert "~ .env (mode 600): others on this machine can read it" in account("setup", "--yes").output
    assert stat.S_IMODE((account.folder / ".env").stat().st_mode) == 0o600


def test_json_has_what_the_lines_say(account):
    found = json.loads(account("setup", "--plan", "--json").output)
    assert {"act": "create", "what": f"webhook of {REPOSITORY}", "why": "pushes, signed"} in found


@pytest.mark.slow
def test_tokens_that_only_a_person_can_make_are_named_and_all_else_is_done(account):
    only = {"DIGITALOCEAN_ACCESS_TOKEN": "dop_v1_of_a_person", "GITHUB_TOKEN": TOKENS["BLUEGREEN_GITHUB_TOKEN"]}
    done = account("setup", "--yes", environ=only)

    assert done.exit_code == 1
    assert "! BLUEGREEN_GITHUB_TOKEN: cannot, because only you can make it: https://github.com/" in done.output
    assert len(account.cloud.apps.all) == 3
    assert account("setup", "--yes").exit_code == 0


def test_without_a_token_of_digitalocean_there_is_no_plan(account):
    done = account("setup", "--plan", environ={})
    assert (done.exit_code, "DIGITALOCEAN_ACCESS_TOKEN is wanted" in done.output) == (1, True), done.output


def test_a_token_that_may_not_do_a_thing_is_told_beside_it(account):
    account.cloud.settings.tokens = {"dop_v1_of_a_person": SCOPES}
    done = account("setup", "--plan")
    assert "! " not in done.output or "403" in done.output


@pytest.mark.slow
def test_a_token_of_github_that_may_not_make_webhooks_leaves_that_to_a_person(account):
    account.github.access.permissions = {"contents": "write"}
    done = account("setup", "--yes")

    assert done.exit_code == 1
    assert "! webhook of acme/shop: cannot, because" in done.output
    assert "/api/v1/web/fn-shop/hooks/github, content type application/json" in done.output.replace("\n", " ")
    assert len(deployer_env.parse(account.env)["BLUEGREEN_GITHUB_WEBHOOK_SECRET"]) == 64


@pytest.mark.slow
@pytest.mark.parametrize("value", ["kd83#jf72hs61lq0", "kd83 jf72hs61lq0", "kd83&jf72%hs61lq0"])
def test_a_token_is_written_so_that_every_reader_reads_it(account, value):
    account.github.access.token = value
    account("setup", "--yes", environ={**TOKENS, "BLUEGREEN_GITHUB_TOKEN": value})
    assert deployer_env.parse(account.env)["BLUEGREEN_GITHUB_TOKEN"] == value


@pytest.mark.parametrize("value", ['kd83"jf72hs61lq0', "kd83\\jf72hs61lq0", "kd83${HOME}f72hs", "kd83'jf72hs61lq0"])
def test_a_value_that_no_deployment_survives_is_refused_by_name_before_it_is_written(account, value):
    done = account("setup", "--yes", environ={**TOKENS, "BLUEGREEN_SLACK_WEBHOOK_URL": value})
    assert (done.exit_code, "BLUEGREEN_SLACK_WEBHOOK_URL: is empty, or holds" in done.output) == (1, True)
    assert value not in done.output
    assert not (account.folder / ".env").exists()


@pytest.mark.slow
@pytest.mark.parametrize("head", ["", "\ufeff"])
def test_line_ends_of_bluegreen_yml_stay_what_they_are(account, head):
    path = account.folder / "bluegreen.yml"
    path.write_bytes(f"{head}{path.read_text()}".replace("\n", "\r\n").encode())
    before = path.read_bytes().splitlines(keepends=True)
    assert account("setup", "--yes").exit_code == 0
    after = path.read_bytes().splitlines(keepends=True)

    changed = [line for line, was in zip(after, before, strict=True) if line != was]
    assert len(changed) == 4  # two ids, two addresses
    assert all(line.endswith(b"\r\n") for line in after)


@pytest.mark.slow
def test_what_a_person_wrote_into_env_stays_where_it_was(account):
    (account.folder / ".env").write_text("# ours\nBLUEGREEN_PAGER_KEY='0123 of a pager'  # beside it\nOWN=1\n")
    account("setup", "--yes")
    assert account.env.startswith("# ours\nBLUEGREEN_PAGER_KEY='0123 of a pager'  # beside it\nOWN=1\n")


@pytest.mark.slow
def test_a_production_app_becomes_blue_with_its_domain_and_its_own_settings(account):
    source = {"repo": REPOSITORY, "branch": "main", "deploy_on_push": True}
    service = {"name": "api", "github": source, "instance_count": 5, "envs": [{"key": "LEVEL", "value": "3"}]}
    domains = [{"domain": "shop.acme.example", "type": "PRIMARY"}]
    made = account.cloud.create({"name": "shop-production", "services": [service], "domains": domains})
    text = (account.folder / "bluegreen.yml").read_text()
    (account.folder / "bluegreen.yml").write_text(text.replace("app: …", f"app: {made.id}", 1))
    done = account("setup", "--yes")

    assert done.exit_code == 0, done.output
    assert "~ app shop-blue (blue): name shop-blue, api from branch deploy/blue (a deployment)" in done.output
    assert (made.name, made.spec["services"][0]["instance_count"], made.spec["domains"]) == ("shop-blue", 5, domains)
    assert {"key": "LEVEL", "value": "3"} in made.spec["services"][0]["envs"]


@pytest.mark.slow
def test_secrets_of_the_app_that_serves_today_have_to_be_given_for_its_twin(account):
    path = account.folder / ".do" / "app-green.yaml"
    names = ("MAIL_KEY", "STRIPE_KEY")
    secret = "".join(f'  - key: {name}\n    type: SECRET\n    value: "EV[1:abc:def]"\n' for name in names)
    path.write_text(path.read_text().replace("  envs:\n", f"  envs:\n{secret}"))
    left = account("setup", "--yes")

    assert left.exit_code == 1
    assert "! app shop-green (green): cannot, because MAIL_KEY, STRIPE_KEY cannot be copied from another" in left.output
    assert "another app: MAIL_KEY=… STRIPE_KEY=… bluegreen setup" in left.output
    assert account("setup", "--yes", environ={**TOKENS, **dict.fromkeys(names, "sk_live_1")}).exit_code == 0


def test_a_router_waits_for_apps_that_cannot_be_made_and_for_those_that_nobody_may_list(account):
    (account.folder / ".do" / "app-green.yaml").unlink()
    said = account("setup", "--plan").output
    assert "! app shop-router (the router, at its own address): cannot, because it leads to app" in said
    account.cloud.settings.tokens = {"dop_v1_of_a_person": SCOPES - {"app:read"}}
    said = account("setup", "--plan").output
    assert "! app shop-router (the router, at its own address): cannot, because it leads to apps" in said


def test_nothing_is_done_for_a_tag_that_is_none(account):
    text = (account.folder / "bluegreen.yml").read_text()
    (account.folder / "bluegreen.yml").write_text(text.replace("green: v2.0.0", "green: v9.9.9"))
    done = account("setup", "--plan")
    assert "! branch deploy/green of acme/shop: cannot, because adopt.green in bluegreen.yml has to name" in done.output


@pytest.mark.slow
def test_what_a_release_has_changed_since_is_no_matter_of_the_set_up(account):
    account("setup", "--yes")
    green = account.cloud.app("shop-green")
    green.spec["services"][0]["instance_count"] = 4
    assert "Nothing to do." in account("setup").output
    assert green.spec["services"][0]["instance_count"] == 4


@pytest.mark.slow
def test_a_router_whose_keys_have_changed_is_told_them(account):
    account("setup", "--yes")
    lines = [line for line in account.env.splitlines() if not line.startswith(("ROUTER_", "BLUEGREEN_NUDGE"))]
    (account.folder / ".env").write_text("\n".join(lines) + "\n")
    done = account("setup", "--yes")

    assert done.exit_code == 0, done.output
    assert "… app shop-router" in done.output
    assert len([key for key in account.cloud.spaces_keys.listing() if key["name"] == "shop-bluegreen-router"]) == 1


def traffic(account, lines):
    path = account.folder / "bluegreen.yml"
    path.write_text(path.read_text().replace("      kind: router #", f"{lines}      # kind: router #", 1))


@pytest.mark.slow
def test_a_dns_record_is_made_with_a_short_ttl_and_a_long_one_is_shortened(account):
    traffic(
        account,
        "      kind: dns_record\n      zone: acme.example\n      type: A\n      name: shop\n"
        "      values: { blue: 203.0.113.1, green: 203.0.113.2 }\n",
    )
    account.cloud.domains.create("acme.example")
    assert "+ A record shop.acme.example (TTL 300): to 203.0.113.1" in account("setup", "--yes").output
    (record,) = account.cloud.domains.records("acme.example", "shop.acme.example", "A")
    assert (record["data"], record["ttl"]) == ("203.0.113.1", 300)
    account.cloud.domains.change("acme.example", record["id"], {"type": "A", "ttl": 1800})
    assert "~ A record shop.acme.example (TTL 300): its TTL is 1800" in account("setup", "--yes").output
    assert account.cloud.violations == []


@pytest.mark.slow
def test_a_load_balancer_is_made_and_its_id_written_down(account):
    traffic(account, "      kind: load_balancer\n      load_balancer: …\n      tags: { blue: shop-b, green: shop-g }\n")
    done = account("setup", "--yes")

    assert done.exit_code == 0, done.output
    (made,) = account.cloud.load_balancers.all.values()
    assert made.config["tag"] == "shop-b"
    assert f"load_balancer: {made.id}\n" in (account.folder / "bluegreen.yml").read_text()


@pytest.mark.slow
def test_a_trigger_that_somebody_deleted_is_made_again(account):
    account("setup", "--yes")
    account.deploy_watch()
    assert "+ trigger of ops/watch, each minute" in account("setup", "--yes").output
    assert [each.function for each in account.platform.scheduler.all()] == ["ops/watch"]


@pytest.mark.slow
def test_a_key_is_changed_without_a_gap_by_a_second_one(account):
    account("setup", "--yes")
    env = deployer_env.parse(account.env)
    grants = [{"bucket": "shop-bluegreen-state", "permission": "readwrite"}]
    grants += [{"bucket": "shop-bluegreen-telemetry", "permission": "read"}]
    second = account.cloud.spaces_keys.create("another-name", grants, account.now)
    text = account.env.replace(env["BLUEGREEN_SPACES_KEY"], second["access_key"])
    (account.folder / ".env").write_text(text.replace(env["BLUEGREEN_SPACES_SECRET"], second["secret_key"]))
    done = account("setup", "--yes")

    assert "~ Spaces key shop-bluegreen" in done.output
    assert env["BLUEGREEN_SPACES_KEY"] not in account.spaces.keys
    assert second["access_key"] in account.spaces.keys
    assert "Nothing to do." in account("setup").output
