"""`bluegreen init`: files that the other commands and DigitalOcean take, and nothing that was there is lost."""

import re
import subprocess

import pytest
import yaml
from typer.testing import CliRunner

from bluegreen.settings import parse
from bluegreen_cli.deployment import EXAMPLE
from bluegreen_cli.init import Answers, write
from bluegreen_cli.init.answers import UNKNOWN
from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean import DigitalOcean, create_app, web_app
from bluegreen_emulator.wire import Server

GIVEN = ("--name", "shop", "--repository", "acme/shop", "--url", "https://shop.acme.example", "--tag", "v2.0.0")


def init(folder, *more, given=GIVEN):
    return CliRunner().invoke(app, ["init", *given, "--folder", str(folder), *more])


def read(folder, path):
    return yaml.safe_load((folder / path).read_text())


def filled(folder):
    """bluegreen.yml with what only DigitalOcean knows filled in."""
    text = (folder / "bluegreen.yml").read_text()
    for side in ("blue", "green"):
        text = text.replace(f"app: {UNKNOWN}", f"app: id-of-{side}", 1)
        text = text.replace(f"https://{UNKNOWN}.ondigitalocean.app", f"https://shop-{side}.ondigitalocean.app", 1)
    return parse(yaml.safe_load(text))


def test_what_is_written_is_a_configuration_once_the_apps_are_known(tmp_path):
    done = init(tmp_path)

    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[:10] == [
        "+ bluegreen.yml",
        "+ .env.example",
        "+ .gitignore",
        "+ .do/app-blue.yaml",
        "+ .do/app-green.yaml",
        "+ .do/router.yaml",
        "+ .github/workflows/deploy-blue-green.yml",
        "+ .github/workflows/smoke.yml",
        "+ tests/smoke/critical-paths.spec.ts",
        "+ tests/smoke/playwright.config.ts",
    ]
    file, faults = filled(tmp_path)
    assert faults == []
    service = file.services["shop"]
    assert (service.repository, service.traffic.url) == ("acme/shop", "https://shop.acme.example")
    assert (service.adopt.blue, service.adopt.green) == ("v2.0.0", "v2.0.0")
    assert [check.path for check in service.checks.health.requests] == ["/api/health"]
    assert service.checks.smoke.requests == ()
    assert (file.state.bucket, file.state.telemetry_bucket) == ("shop-bluegreen-state", "shop-bluegreen-telemetry")
    text = (tmp_path / "bluegreen.yml").read_text()
    assert "holi" not in text.replace("the holidays", "")
    assert "make demo" not in text, "that is a clone's"
    assert "# Durations: " in text


def test_git_takes_the_example_and_not_the_secrets(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    init(tmp_path)
    (tmp_path / ".env").write_text("A=secret\n")
    subprocess.run(["git", "-C", str(tmp_path), "add", "."], check=True)
    taken = subprocess.run(["git", "-C", str(tmp_path), "ls-files"], capture_output=True, text=True, check=True).stdout

    assert ".env.example" in taken.split()
    assert ".env" not in taken.split()


def test_the_example_in_the_package_is_the_repository_s(tmp_path):
    assert EXAMPLE.read_text() == (ROOT / "bluegreen.yml").read_text(), (
        "cp bluegreen.yml cli/bluegreen_cli/init/example.yml"
    )


def test_a_clone_whose_own_bluegreen_yml_is_gone_or_another_is_written_to_all_the_same(tmp_path):
    clone = tmp_path / "clone"
    for path in (".env.example", "router/app.yaml"):
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text((ROOT / path).read_text())
    written = {each.path: each.new for each in write(clone, Answers(*GIVEN[1:6:2]), root=clone)}

    assert written["bluegreen.yml"]
    assert filled(clone)[1] == []


def test_what_is_still_open_is_named_by_every_command_that_reads_it(tmp_path):
    init(tmp_path)
    done = CliRunner().invoke(app, ["stage", "--config", str(tmp_path / "bluegreen.yml")])
    assert done.exit_code == 2
    said = " ".join(done.output.split())
    assert len(re.findall(r"\.environments\.\w+\.\w+: still holds the … of `bluegreen init` ", said)) == 4
    assert said.count("`bluegreen setup` fills them in") == said.count("doctl apps list") == 1


@pytest.mark.parametrize("more", [(), ("--database",), ("--build", "pnpm build", "--run", "pnpm start")])
def test_digitalocean_takes_both_specs_and_they_differ_in_three_places(tmp_path, more):
    init(tmp_path, *more)
    blue, green = (read(tmp_path, f".do/app-{side}.yaml") for side in ("blue", "green"))

    account = DigitalOcean(Clock(), {"acme/shop": _repository()})
    for spec, side in ((blue, "blue"), (green, "green")):
        account.create(spec, web_app(side))
    text = (tmp_path / ".do/app-blue.yaml").read_text()
    assert (
        text.replace("shop-blue", "shop-green")
        .replace("deploy/blue", "deploy/green")
        .replace("value: blue", "value: green")
        == (tmp_path / ".do/app-green.yaml").read_text()
    )
    assert blue["services"][0]["github"]["deploy_on_push"] is False
    assert blue["services"][0]["health_check"]["initial_delay_seconds"] == 30


def test_one_app_has_a_component_for_each_and_a_rule_for_production(tmp_path):
    done = init(tmp_path, "--one-app")

    assert done.exit_code == 0, done.output
    spec = read(tmp_path, ".do/app.yaml")
    assert [service["name"] for service in spec["services"]] == ["shop-blue", "shop-green"]
    assert spec["ingress"]["rules"][0]["component"]["name"] == "shop-blue"
    text = (tmp_path / "bluegreen.yml").read_text().replace(f"registry: {UNKNOWN}", "registry: acme")
    file, faults = parse(
        yaml.safe_load(
            text.replace(f"app: {UNKNOWN}", "app: one-id").replace(f"https://{UNKNOWN}", "https://shop.example")
        )
    )
    assert faults == []
    assert file.services["shop"].traffic.components == {
        e: f"shop-{e.value}" for e in file.services["shop"].environments
    }
    assert not (tmp_path / ".do/router.yaml").exists()


def test_nothing_that_is_there_is_written_over_and_a_second_run_writes_nothing(tmp_path):
    (tmp_path / "bluegreen.yml").write_text("mine: true\n")
    first, second = init(tmp_path), init(tmp_path)

    assert (tmp_path / "bluegreen.yml").read_text() == "mine: true\n"
    assert "= bluegreen.yml: is there, and stays as it is" in first.output
    assert "+ " not in second.output
    assert (first.exit_code, second.exit_code) == (0, 0)


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--name", "Shop!"), "--name 'Shop!': small letters"),
        (("--name", "true"), "--name 'true': small letters"),
        (("--name", "x-"), "--name 'x-': small letters"),
        (("--repository", "shop"), "owner/name as on GitHub"),
        (("--url", "shop.example"), "such as https://shop.example.com"),
        (("--region", "mars"), "one of ams, atl, blr, fra"),
        (("--port", "0"), "1 to 65535"),
        (("--tag", "bad tag"), "--tag 'bad tag': a tag as git allows it"),
        (("--health", "health"), "a path, such as /api/health"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_allowed_and_nothing_is_written(tmp_path, flags, says):
    done = init(tmp_path, *flags)
    assert (done.exit_code, says in done.output) == (2, True), done.output
    assert list(tmp_path.iterdir()) == []


def test_where_nobody_can_be_asked_the_flags_that_are_missing_are_named(tmp_path):
    done = init(tmp_path, given=())
    assert done.exit_code == 2
    assert all(f"--{name} is wanted" in done.output for name in ("name", "repository", "url"))


def _repository():
    made = Repository("acme/shop")
    for side in ("blue", "green"):
        made.branches[f"deploy/{side}"] = made.release(f"v1.0.{len(side)}").sha
    return made


@pytest.fixture
def there(monkeypatch):
    """An app that serves production today: two components of the repository and one of another, with a domain."""
    account = DigitalOcean(Clock(), {"acme/shop": _repository()})
    source = {"repo": "acme/shop", "branch": "deploy/blue", "deploy_on_push": True}
    spec = {
        "name": "shop-production",
        "domains": [{"domain": "shop.acme.example", "type": "PRIMARY"}],
        "services": [{"name": "api", "github": source, "envs": [{"key": "LEVEL", "value": "3"}], "http_port": 3000}],
        "workers": [{"name": "mail", "github": source}],
    }
    made = account.create(spec, web_app("blue"))
    server = Server(create_app(account))
    monkeypatch.setenv("BLUEGREEN_DIGITALOCEAN_TOKEN", "dop_v1_example")
    yield made, ("--app", made.id, "--api", server.url)
    server.close()


def test_an_app_that_is_there_becomes_blue_and_its_twin_green(tmp_path, there):
    made, flags = there
    done = init(tmp_path, *flags)

    assert done.exit_code == 0, done.output
    blue, green = (read(tmp_path, f".do/app-{side}.yaml") for side in ("blue", "green"))
    assert (blue["services"][0]["github"]["branch"], green["workers"][0]["github"]["branch"]) == (
        "deploy/blue",
        "deploy/green",
    )
    assert green["services"][0]["envs"] == [
        {"key": "LEVEL", "value": "3"},
        {"key": "DEPLOYMENT_ENV", "scope": "RUN_TIME", "value": "green"},
    ]
    assert ("domains" in blue, "domains" in green) == (True, False)
    assert "deploy_on_push" not in str(blue) + str(green)
    assert f"app: {made.id}" in (tmp_path / "bluegreen.yml").read_text()


def test_an_app_that_cannot_be_read_leaves_the_folder_as_it_is(tmp_path, there):
    _, flags = there
    done = init(tmp_path, "--app", "no-such-app", *flags[2:])
    assert (done.exit_code, "--app no-such-app: " in done.output) == (2, True), done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["folder", "dangling link"])
def test_what_stands_where_a_file_is_to_be_is_named_before_anything_is_written(tmp_path, there):
    place = tmp_path / "bluegreen.yml"
    place.mkdir() if there == "folder" else place.symlink_to("nowhere")

    done = init(tmp_path)
    assert (done.exit_code, done.output) == (2, f"{place} is there and is no file: move it away\n")
    assert [each.name for each in tmp_path.iterdir()] == ["bluegreen.yml"]


@pytest.mark.parametrize("below", ["", "further/down"])
def test_a_file_for_a_folder_is_named(tmp_path, below):
    (tmp_path / "notes").write_text("mine")

    done = init(tmp_path / "notes" / below)
    assert done.exit_code == 2
    assert done.output.startswith(f"{tmp_path / 'notes'} is there and is no folder")
    assert (tmp_path / "notes").read_text() == "mine"


@pytest.mark.parametrize("url", ["https://shop.example?x=1", "https://me:secret@shop.example", "https://a b.example"])
def test_an_address_that_bluegreen_yml_refuses_is_refused_here(tmp_path, url):
    done = init(tmp_path, "--url", url)
    assert done.exit_code == 2
    assert "without a query" in done.output
    assert not [*tmp_path.iterdir()]
