"""App specs with every field and every kind of component, from reading to a copy that is read back as it was.

Those from 13 on are shaped as public repositories have them. Each stands in specs/ as blue's. Green's is the same with
`green` in place of `blue`; then somebody changes green in many places, and `deploy -p fix:true` makes them equal again.
"""

import copy
import json
from pathlib import Path

import pytest
import yaml

from bluegreen.core.twins.drift import Drift
from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean.contract_reader import document, read
from bluegreen_emulator.digitalocean.schema import Flattener
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop

FILES = sorted(Path(__file__).with_name("specs").glob("*.yaml"))
KINDS = ("services", "static_sites", "workers", "jobs", "functions")


class Written(Laptop):
    """Both apps as a file has them; `web` is what users reach."""

    def __init__(self, file):
        self._text = file.read_text()
        super().__init__(images="repository: web" in self._text, drift="refuse")

    def _make_apps(self):
        tools = Repository("holi-labs/tools")
        tools.release("v9.0.0")
        self.digitalocean.apps.lifecycle.sources.repositories[tools.full_name] = tools
        return super()._make_apps()

    def _spec(self, environment):
        if self._images:
            super()._spec(environment)  # pushes the image
        text = self._text.replace("blue", environment.value)
        return yaml.safe_load(text.replace("v1.2.0", "v1.2.0" if environment is BLUE else "v1.1.0"))

    def api(self, method, environment, body=None):
        """As anybody calls DigitalOcean."""
        url = f"https://api.digitalocean.com/v2/apps/{self.apps[environment]}"
        headers = {"Authorization": "Bearer dop_v1_of-this-test"}
        answer = self.shared.http.request(method, url, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["app"]["spec"]


def as_bytes(spec):
    return json.dumps(spec, ensure_ascii=False).encode()


@pytest.fixture(params=FILES, ids=[file.stem for file in FILES])
def laptop(request):
    return Written(request.param)


def disturbed(spec):
    """Green after somebody was at it."""
    spec = copy.deepcopy(spec)
    spec["disable_edge_cache"] = not spec.get("disable_edge_cache", False)
    spec["envs"] = [{"key": "LEFT_OVER", "value": "x"}, *spec.get("envs", [])[::-1]]
    for field in ("features", "maintenance", "vpc", "alerts"):
        spec.pop(field, None)
    for kind in KINDS:
        for part in spec.get(kind, ()):
            part["source_dir"] = "/moved"
            part["envs"] = part.get("envs", [])[::-1]
            part["alerts"] = part.get("alerts", [])[1:]
            part.pop("termination", None)
            part.pop("health_check", None)
            part.get("github", {})["branch"] = "deploy/blue"
            if not part.get("github"):
                part.pop("github", None)
        if kind == "jobs":
            spec.pop(kind, None) if "EV[" not in json.dumps(spec.get(kind)) else None
    spec.get("ingress", {}).get("rules", []).reverse()
    for rule in spec.get("ingress", {}).get("rules", ()):
        rule.pop("cors", None)
    if spec.get("static_sites"):
        del spec["static_sites"][0]["source_dir"]
        for part in spec["static_sites"]:
            part.pop("alerts")
    return spec


@pytest.mark.slow
def test_a_spec_is_read_compared_copied_put_and_read_back_as_it_was(laptop):
    blue, green = laptop.api("GET", BLUE), laptop.api("GET", GREEN)
    assert Drift(laptop.settings.service("web"), BLUE, blue, green).warnings() == []

    changed = disturbed(green)
    laptop.api("PUT", GREEN, {"spec": changed})
    laptop.clock.sleep(60)
    assert Drift(laptop.settings.service("web"), BLUE, blue, laptop.api("GET", GREEN)).warnings()

    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert laptop.invoke("deploy", {"tag": "v1.3.0", "fix": "true"})["ok"]
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live", laptop.reason("v1.3.0")

    assert as_bytes(laptop.api("GET", BLUE)) == as_bytes(blue)
    assert as_bytes(laptop.api("GET", GREEN)) == as_bytes(with_image(green, laptop.record().on(GREEN).digest))
    assert not laptop.digitalocean.violations


@pytest.mark.slow
def test_a_release_without_a_copy_changes_nothing_but_the_image(laptop):
    blue, green = laptop.api("GET", BLUE), laptop.api("GET", GREEN)
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live", laptop.reason("v1.3.0")
    assert as_bytes(laptop.api("GET", BLUE)) == as_bytes(blue)
    assert as_bytes(laptop.api("GET", GREEN)) == as_bytes(with_image(green, laptop.record().on(GREEN).digest))


def test_no_secret_of_a_spec_is_told(laptop):
    laptop.api("PUT", GREEN, {"spec": disturbed(laptop.api("GET", GREEN))})
    laptop.clock.sleep(60)
    laptop.push("v1.3.0")
    laptop.rest()
    kept = [laptop.state.get(key) for key in laptop.state.ages("")]
    told = str(laptop.slack.messages) + str(laptop.lines) + str(kept)
    secrets = (
        "of-logtail",
        "of-datadog",
        "of-opensearch",
        "of-the-header",
        "of-ghcr",
        "of-the-hooks",
        "not-told",
        "EV[",
    )
    assert [secret for secret in secrets if secret in told] == []


def with_image(spec, digest):
    """What a release changes."""
    spec = copy.deepcopy(spec)
    for part in [part for kind in KINDS for part in spec.get(kind, ())]:
        if part.get("image", {}).get("repository") == "web":
            del part["image"]["tag"]
            part["image"]["digest"] = digest
    return spec


def test_together_they_use_every_field_that_there_is():
    table = document(read())
    schema = Flattener(table["components"]["schemas"]).flat({"$ref": "#/components/schemas/app_spec"})
    known = set(fields(schema))
    used = {place for file in FILES for place in places(yaml.safe_load(file.read_text()))}
    not_in_specs = {
        "vpc.egress_ips",  # read only
        "egress_ips.ip",
        "static_sites.image",  # a static site is built
    }
    assert known - used - not_in_specs == set()


def fields(schema, parent=""):
    """Each as `parent.field`."""
    for name, below in schema.get("properties", {}).items():
        yield f"{parent}.{name}" if parent else name
        yield from fields(below, name)
    if "items" in schema:
        yield from fields(schema["items"], parent)


def places(value, parent=""):
    if isinstance(value, dict):
        for name, below in value.items():
            yield f"{parent}.{name}" if parent else name
            yield from places(below, name)
    elif isinstance(value, list):
        for item in value:
            yield from places(item, parent)
