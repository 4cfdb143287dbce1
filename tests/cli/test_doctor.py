"""What the doctor says, of settings and of the store."""

import json
import re
import subprocess

import pytest
import yaml
from typer.testing import CliRunner

from bluegreen.clients.store.journal import Journal
from bluegreen.clients.store.spaces import Spaces
from bluegreen.core.notices import Tone
from bluegreen.core.outbox import delivery, queue_notice
from bluegreen.core.outbox.delivery import Attempt
from bluegreen.core.pointing import adopt
from bluegreen.settings import parse
from bluegreen_cli.doctor import Examined, lines, settings_checks
from bluegreen_cli.doctor.findings import Result, fine
from bluegreen_cli.doctor.patient import Paths, Patient
from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.digitalocean import web_app
from tests.build import NOW
from tests.cli.clinic import SETTINGS, Clinic

RESTS_ON_ENV = {"settings filled in", "settings as deployed", "secrets", "functions' settings"}


def hidden_by(output):
    """What is at fault → the checks that were not made because of it."""
    lines = re.findall(r"(?m)^\N{EN DASH} +not looked at, because of (.+?): (.+)$", output)
    return {cause: set(names.split(", ")) for cause, names in lines}


def skipped_in(found):
    """The same, of --json."""
    said = ((each["check"], re.fullmatch(".*: not looked at, because of (.+)", each["what"])) for each in found)
    pairs = [(check, words[1]) for check, words in said if words]
    return {cause: {check for check, other in pairs if other == cause} for _, cause in pairs}


@pytest.fixture
def examined(written, tmp_path):
    clinic = Clinic(written, tmp_path)
    clinic.deploy_functions()
    clinic.web["notify"] = [{"kind": "github"}]
    yield clinic
    clinic.close()


@pytest.mark.slow
def test_all_is_said_to_be_fine_when_it_is(examined):
    done = examined()

    assert done.exit_code == 0, done.output
    assert "fault" not in done.output
    assert "fine   hooks/github: has its 4 settings" in done.output
    assert "creates, and refuses to create again" in done.output


@pytest.mark.slow
def test_in_the_hardened_layout_hooks_have_fewer_settings_and_it_says_which(examined):
    done = examined(layout="hardened")

    assert done.exit_code == 0, done.output
    assert "fine   hooks/github: has its 3 settings" in done.output
    assert "fine   hooks/deployment: has its 0 settings" in done.output
    assert "layout hardened: no function on the web gets BLUEGREEN_FUNCTIONS_KEY, " in done.output


def test_settings_that_are_missing_are_all_named(examined):
    done = examined({name: value for name, value in SETTINGS.items() if "TOKEN" not in name})

    assert done.exit_code == 1
    assert "could not be resolved: 'BLUEGREEN_DIGITALOCEAN_TOKEN', 'BLUEGREEN_GITHUB_TOKEN'" in done.output


def test_a_malformed_setting_is_told_with_its_function_and_without_its_value(examined):
    done = examined({**SETTINGS, "BLUEGREEN_FUNCTIONS_KEY": "half-a-key"})

    assert done.exit_code == 1
    assert "fault  ops/watch: settings: BLUEGREEN_FUNCTIONS_KEY: an access key" in done.output
    assert "half-a-key" not in done.output


@pytest.mark.bad_input(
    "settings",
    "no `.env`, or one that still has the example's `…`",
    "`bluegreen doctor` names what is to be filled in",
)
def test_a_setting_that_still_says_what_the_example_says_is_a_fault_and_nothing_rests_on_it(examined):
    done = examined({**SETTINGS, "BLUEGREEN_DIGITALOCEAN_TOKEN": "dop_v1_…", "BLUEGREEN_NUDGE_SECRET": "…"})

    assert done.exit_code == 1
    assert "fault  BLUEGREEN_DIGITALOCEAN_TOKEN still holds the … of .env.example" in done.output
    assert "fault  BLUEGREEN_NUDGE_SECRET still holds" in done.output
    assert "apps of web" not in done.output


WEAK = ("tiny-one", "changeme", "a" * 40, "changemechangeme", "12345678901234567890", "my-secret-password-1")


@pytest.mark.parametrize("turn", range(len(WEAK)))
def test_a_secret_that_is_guessed_is_a_fault_without_its_value(examined, turn):
    """Each of them in each of the three, in six looks."""
    names = ("BLUEGREEN_GITHUB_WEBHOOK_SECRET", "BLUEGREEN_ALERT_SECRET", "BLUEGREEN_NUDGE_SECRET")
    given = {name: WEAK[(turn + at) % len(WEAK)] for at, name in enumerate(names)}
    done = examined({**SETTINGS, **given})

    assert done.exit_code == 1
    for name, value in given.items():
        assert f"{name}: is" in done.output
        assert value not in done.output


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), [("GITHUB_WEBHOOK_SECRET", 1), ("ALERT_SECRET", 0), ("NUDGE_SECRET", 1)])
def test_only_where_no_alerts_come_their_secret_may_be_none(examined, name, code):
    done = examined({**SETTINGS, f"BLUEGREEN_{name}": "none"})

    assert done.exit_code == code, done.output
    assert (f"BLUEGREEN_{name}: is" in done.output) is bool(code)


def test_one_value_for_two_purposes_is_a_fault_that_names_both_and_not_the_value(examined):
    shared = SETTINGS["BLUEGREEN_NUDGE_SECRET"]
    done = examined({**SETTINGS, "BLUEGREEN_ALERT_SECRET": shared})

    assert done.exit_code == 1
    assert "BLUEGREEN_ALERT_SECRET and BLUEGREEN_NUDGE_SECRET hold the same value" in done.output
    assert shared not in done.output


def test_a_token_that_no_header_can_carry_is_a_fault_without_its_value(examined):
    done = examined({**SETTINGS, "BLUEGREEN_GITHUB_TOKEN": "ghp_söhne"})

    assert done.exit_code == 1
    assert "deploy: settings: BLUEGREEN_GITHUB_TOKEN: holds a space or a character that is not ASCII" in done.output
    assert "söhne" not in done.output
    assert "apps of web" not in done.output


def test_without_env_the_way_to_one_is_told(written, tmp_path):
    (tmp_path / "bluegreen.yml").write_text(yaml.safe_dump(written))
    where = ["--config", str(tmp_path / "bluegreen.yml"), "--env", str(tmp_path / ".env")]
    done = CliRunner().invoke(app, ["doctor", *where])
    found = json.loads(CliRunner().invoke(app, ["doctor", "--json", *where]).output)

    assert done.exit_code == 1
    assert f"fault  {tmp_path / '.env'} is not there: bluegreen setup makes it; by hand: cp .env.example" in done.output
    assert skipped_in(found)[".env"] >= RESTS_ON_ENV, done.output


def test_what_one_fault_hides_is_one_line_and_in_json_one_each(written, tmp_path):
    (tmp_path / "bluegreen.yml").write_text(yaml.safe_dump(written))
    where = ["--config", str(tmp_path / "bluegreen.yml"), "--env", str(tmp_path / ".env")]
    told = CliRunner().invoke(app, ["doctor", *where]).output
    found = json.loads(CliRunner().invoke(app, ["doctor", "--json", *where]).output)

    skipped = skipped_in(found)
    assert told.count("not looked at, because of") == len(hidden_by(told)) == len(skipped)
    assert hidden_by(told)[".env"] == {f"{len(skipped['.env'])} checks (--json names them)"}


def test_a_few_that_one_fault_hides_are_named():
    found = [Examined(f"check {n}", fine(""), "apps") for n in range(3)]
    assert [*lines(found)] == ["\N{EN DASH}      not looked at, because of apps: check 0, check 1, check 2"]


def test_an_env_that_is_no_text_is_a_fault(written, tmp_path):
    (tmp_path / "bluegreen.yml").write_text(yaml.safe_dump(written))
    (tmp_path / ".env").write_bytes(b"A=\xff\n")
    where = ["--config", str(tmp_path / "bluegreen.yml"), "--env", str(tmp_path / ".env")]
    done = CliRunner().invoke(app, ["doctor", *where])

    assert done.exit_code == 1
    assert f"fault  {tmp_path / '.env'} is not UTF-8 text" in done.output
    found = json.loads(CliRunner().invoke(app, ["doctor", "--json", *where]).output)
    assert (done.output.count("is not UTF-8 text"), "a bug in Bluegreen" in done.output) == (1, False), done.output
    assert skipped_in(found)[".env"] >= RESTS_ON_ENV, done.output


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("hunter2hunter2 here\n", "is no setting, and is passed over"),
        ("\n\nhunter2hunter2\n", "is no setting, and is passed over"),
        ("BLUEGREEN_SLACK_WEBHOOK_URL=none\n", "sets BLUEGREEN_SLACK_WEBHOOK_URL a second time, after line "),
    ],
)
def test_a_line_of_env_that_is_passed_over_is_a_doubt_with_its_number_and_without_its_text(tmp_path, more, says):
    env = tmp_path / "odd.env"
    text = "".join(f"{name}={value}\n" for name, value in SETTINGS.items())
    env.write_text(text + more)
    env.chmod(0o600)
    [found] = settings_checks.env_file(Patient(Paths(tmp_path / "bluegreen.yml", env, ROOT, "default")))

    assert found.result is Result.DOUBT
    line = len((text + more).splitlines())
    assert found.what.startswith(f"{env}:{line} {says}")
    assert "hunter2" not in found.line


@pytest.mark.parametrize(
    ("ignored", "taken", "result", "says"),
    [
        (".env\n", (), None, ""),
        ("", (), Result.DOUBT, "git does not ignore"),
        ("*.log\n", (), Result.DOUBT, "git does not ignore"),
        ("", (".env",), Result.FAULT, "is in git, for everybody who has a clone"),
        (".env\n", ("-f", ".env"), Result.FAULT, "is in git"),
    ],
)
def test_secrets_that_git_has_or_would_take_are_told(tmp_path, ignored, taken, result, says):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    env = tmp_path / ".env"
    env.write_text("".join(f"{name}={value}\n" for name, value in SETTINGS.items()))
    env.chmod(0o600)
    (tmp_path / ".gitignore").write_text(ignored)
    if taken:
        subprocess.run(["git", "-C", str(tmp_path), "add", *taken], check=True)
    found = [*settings_checks.env_file(Patient(Paths(tmp_path / "bluegreen.yml", env, ROOT, "default")))]

    assert [each.result for each in found] == ([result] if result else [])
    assert all(says in each.what and each.mend for each in found)


def test_a_store_that_does_not_admit_the_key_is_a_fault(examined):
    done = examined({**SETTINGS, "BLUEGREEN_SPACES_SECRET": "another"})

    assert done.exit_code == 1
    assert "fault  bucket holi-bluegreen-state at http" in done.output


def test_a_store_that_keeps_versions_is_a_fault(examined, written):
    versioning = {"Status": "Enabled"}
    examined.store.put_bucket_versioning(Bucket=written["state"]["bucket"], VersioningConfiguration=versioning)
    done = examined()

    assert done.exit_code == 1
    assert "versioning of the state bucket is enabled: a store that keeps versions may ignore" in done.output


@pytest.mark.slow
def test_a_store_that_does_not_say_whether_it_keeps_versions_is_a_doubt(examined):
    examined.spaces.refuse_next("NotImplemented", 501, times=99, path="versioning")
    done = examined()

    assert done.exit_code == 3, done.output
    assert "doubt  bucket holi-bluegreen-state at http" in done.output
    assert "it does not say whether it keeps versions" in done.output


def test_a_missing_bluegreen_yml_is_a_fault(tmp_path):
    done = CliRunner().invoke(app, ["doctor", "--config", str(tmp_path / "bluegreen.yml")])

    assert (done.exit_code, "is not there" in done.output) == (1, True)
    assert "put it right there" not in done.output


@pytest.mark.slow
def test_apps_that_differ_and_apps_that_are_pinned_are_doubts(examined):
    account = examined.account
    account.app("holi-green").spec["services"][0]["instance_count"] = 3
    account.pin("holi-blue")
    done = examined()

    assert done.exit_code == 3
    assert "doubt  apps of web: blue is pinned to deployment" in done.output
    assert "doubt  apps of web: services.web.instance_count: blue has 1, green has 3" in done.output


@pytest.mark.slow
def test_an_app_that_is_not_there_is_a_fault(examined):
    examined.account.apps.all.clear()
    done = examined()

    assert done.exit_code == 1
    assert "fault  apps: DigitalOcean answered GET" in done.output


@pytest.mark.slow
def test_two_components_of_one_app_are_compared_and_the_rule_of_production_is_read(examined, written):
    image = {"registry_type": "DOCKER_HUB", "registry": "holi-labs", "repository": "web"}
    parts = [{"name": f"api-{e}", "image": image, "http_port": port} for e, port in (("blue", 8080), ("green", 9090))]
    paths = (("/", "api-blue"), ("/__blue", "api-blue"), ("/__green", "api-green"))
    rules = [{"match": {"path": {"prefix": path}}, "component": {"name": name}} for path, name in paths]
    app = examined.account.create({"name": "holi", "services": parts, "ingress": {"rules": rules}}, web_app("either"))
    written["services"]["web"] |= {
        "environments": {e: {"app": app.id, "url": f"https://holi.example/__{e}"} for e in ("blue", "green")},
        "source": {"kind": "image", "registry_type": "DOCKER_HUB", "registry": "holi-labs", "repository": "web"},
        "traffic": {"kind": "app_ingress", "url": "https://holilabs.com"},
    }

    done = examined()

    assert "apps of web: component.http_port: blue has 8080, green has 9090" in done.output
    assert "the ingress rule names api-blue" in done.output
    assert "disable_edge_cache is not set" in done.output


@pytest.mark.slow
def test_channels_without_a_secret_and_channels_that_take_no_notices_are_doubts(examined, written):
    written["services"]["web"]["notify"] = [{"kind": "slack"}, {"kind": "pager", "service": "pagerduty"}]
    service = parse(written)[0].services["web"]
    store = Spaces(written["state"]["endpoint"], "fra1", written["state"]["bucket"], "KEY", "store-secret")
    told = queue_notice(adopt(service), service, Tone.BAD, "alert", NOW)
    silent = delivery.noted(told, [Attempt(told.outbox[-1], "Slack answered 404 (no_service)")], NOW)
    Journal(store, "web", lambda: "n").begin(silent, "a test", "begin", NOW)
    done = examined({**SETTINGS, "BLUEGREEN_SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0/B0/x"})

    assert done.exit_code == 3, done.output
    assert "doubt  notices of web: BLUEGREEN_PAGER_KEY is not set, so PagerDuty gets none" in done.output
    assert "notices of web: Slack has taken no notices since 12:00 UTC: Slack answered 404" in done.output


def put_source(examined, name, source, kind="services"):
    found = examined.account.app(name)
    found.spec = found.spec | {kind: [{"name": "web" if kind == "services" else "more", "github": source}]}


@pytest.mark.slow
def test_apps_that_deploy_by_themselves_are_a_fault(examined):
    for name, pushes in (("holi-blue", False), ("holi-green", True)):
        branch = name.replace("holi-", "deploy/")
        put_source(examined, name, {"repo": "holi-labs/holi", "branch": branch, "deploy_on_push": pushes})
    done = examined()

    assert done.exit_code == 1
    assert "fault  apps of web: green has services.web.github.deploy_on_push: App Platform would deploy" in done.output


@pytest.mark.slow
def test_a_component_on_another_branch_is_a_fault_and_one_of_another_repository_is_told(examined):
    for name, repo, branch in (("holi-blue", "holi-labs/tools", "main"), ("holi-green", "holi-labs/holi", "stable")):
        put_source(examined, name, {"repo": "holi-labs/holi", "branch": name.replace("holi-", "deploy/")})
        put_source(examined, name, {"repo": repo, "branch": branch}, "jobs")
    done = examined()

    assert done.exit_code == 1
    assert "fault  apps of web: jobs.more is built from branch stable, but a release is put on branch" in done.output
    assert "fine   apps of web: jobs.more is built from holi-labs/tools, which no release changes" in done.output


@pytest.mark.slow
def test_the_doctor_names_fix_only_where_it_would_be_done(examined):
    examined.account.app("holi-green").spec["services"][0]["instance_count"] = 3
    assert "`deploy -p tag:… -p fix:true` copies" in examined().output
    examined.account.app("holi-green").spec["egress"] = {"type": "DEDICATED_IP"}
    done = examined()

    assert "-p fix:true" not in done.output
    assert re.search("with blue active, `fix` is refused: .*: green would lose its dedicated addresses", done.output)
