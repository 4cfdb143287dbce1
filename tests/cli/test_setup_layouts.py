"""`bluegreen setup` with other than the default layout: it comes to its end, or says clearly what it does not do."""

from copy import deepcopy

import pytest
import yaml

from tests.cli.account import TOKENS, Account


@pytest.fixture(autouse=True)
def tokens(monkeypatch):
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def account(tmp_path):
    made = Account(tmp_path)
    yield made
    made.close()


def written(account):
    return yaml.safe_load((account.folder / "bluegreen.yml").read_text())


def write(account, found):
    (account.folder / "bluegreen.yml").write_text(yaml.safe_dump(found, sort_keys=False))


@pytest.mark.slow
def test_an_image_without_a_registry_is_named_and_no_app_is_made(account):
    account.init("--one-app")
    done = account("setup", "--yes")
    assert done.exit_code == 1
    assert "source.registry in bluegreen.yml has to say which registry CI pushes to" in done.output
    assert "next: put that right, then bluegreen setup" in done.output
    assert account.cloud.apps.all == {}


@pytest.mark.slow
def test_both_environments_in_one_app_are_made_and_written_down(account):
    account.init("--one-app")
    found = written(account)
    found["services"]["shop"]["source"]["registry"] = account.cloud.settings.registry
    write(account, found)
    repository = found["services"]["shop"]["source"]["repository"]
    account.cloud.push_image(repository, "v2.0.0", account.repository.commits[account.repository.tags["v2.0.0"].commit])
    done = account("setup", "--yes")
    assert done.exit_code == 0, done.output
    assert [app.name for app in account.cloud.apps.all.values()] == ["shop"]
    sides = written(account)["services"]["shop"]["environments"]
    assert sides["blue"]["app"] == sides["green"]["app"] == next(iter(account.cloud.apps.all))
    assert (sides["blue"]["url"].endswith("/__blue"), sides["green"]["url"].endswith("/__green")) == (True, True)
    assert "Nothing to do." in account("setup").output


def several(account):
    """Two services, of which init has written one."""
    account.init()
    found = written(account)
    shop = found["services"]["shop"]
    api = {**deepcopy(shop), "source": {"kind": "pointer_branch", "prefix": "deploy/api-"}}
    api["traffic"]["url"] = "https://api.shop.example"
    found["services"]["api"] = api
    write(account, found)


@pytest.mark.slow
def test_of_several_services_what_is_missing_is_named_and_the_next_step_is_no_deployment(account):
    several(account)
    done = account("setup", "--yes")
    assert done.exit_code == 1, done.output
    assert "! app .do/api-app-blue.yaml (blue): cannot, because .do/api-app-blue.yaml is not there" in done.output
    assert "of several services each has its own: is it .do/app-blue.yaml?" in done.output
    assert "! router of api: cannot, because a router leads one service, and this one leads shop" in done.output
    assert "next: put that right, then bluegreen setup" in done.output
    assert "next: bluegreen deploy-functions" not in done.output


@pytest.mark.slow
def test_of_several_services_each_gets_its_branches_and_apps(account):
    several(account)
    folder = account.folder / ".do"
    for side in ("blue", "green"):
        text = (folder / f"app-{side}.yaml").read_text()
        (folder / f"shop-app-{side}.yaml").write_text(text)
        spec = text.replace(f"name: shop-{side}", f"name: api-{side}").replace(f"deploy/{side}", f"deploy/api-{side}")
        (folder / f"api-app-{side}.yaml").write_text(spec)
    done = account("setup", "--yes")
    names = sorted(app.name for app in account.cloud.apps.all.values())
    assert names == ["api-blue", "api-green", "shop-blue", "shop-green", "shop-router"], done.output
    assert {"deploy/blue", "deploy/api-green"} <= set(account.repository.branches)
    left = [line for line in done.output.partition("Left for you:")[2].splitlines() if line.startswith("!")]
    assert len(left) == 1
    assert left[0].startswith("! router of api: cannot")
