"""What is sent to the platform, and what then runs there."""

import base64
import io
import json
import zipfile
from types import SimpleNamespace

import flask
import httpx
import pytest
from werkzeug.wrappers import Request

from bluegreen.settings import OPTIONAL, PREFIX
from bluegreen_cli.deployer import deploy
from bluegreen_cli.faults import Faulty
from bluegreen_emulator.clock import Clock
from bluegreen_emulator.functions.app import create_app
from bluegreen_emulator.functions.control import control_blueprint
from bluegreen_emulator.functions.platform import Platform
from bluegreen_emulator.functions.settings import PlatformSettings
from bluegreen_emulator.wire import Server

KEY = "dof_v1_tests:secret"
PROJECT = """
packages:
- name: default
  functions:
  - name: greet
    runtime: python:3.11
    web: false
    limits: {timeout: 5000, memory: 256}
    environment: {WHO: "${WHO}"}
- name: hooks
  environment: {PLACE: here}
  functions:
  - {name: raw, runtime: "python:3.11", web: raw, webSecure: "${SECRET}"}
- name: ops
  functions:
  - name: tick
    runtime: python:3.11
    web: false
    parameters: {pace: slow}
    triggers: [{name: every-minute, sourceType: scheduler, sourceDetails: {cron: "* * * * *", withBody: {source: x}}}]
"""
ENVIRONMENT = {"WHO": "world", "SECRET": "hush"}


class Recorder:
    """Passes requests on and keeps what was asked."""

    def __init__(self, app):
        self.app, self.seen = app, []

    def __call__(self, environ, start_response):
        request = Request(environ)
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        self.seen.append((request.method, request.full_path.rstrip("?"), json.loads(body) if body else None))
        return self.app(environ, start_response)

    def asked(self):
        return [f"{method} {path}" for method, path, _ in self.seen]

    def sent(self, method, path):
        return next(body for seen, where, body in self.seen if (seen, where) == (method, path))


@pytest.fixture
def build(tmp_path):
    (tmp_path / "project.yml").write_text(PROJECT)
    for name in ("default/greet", "hooks/raw", "ops/tick"):
        folder = tmp_path / "packages" / name
        folder.mkdir(parents=True)
        (folder / "__main__.py").write_text(
            "import os\nimport beside\n\ndef main(event):\n"
            "    return {'who': os.environ.get('WHO'), 'place': os.environ.get('PLACE'), 'body': beside.NAME}\n"
        )
        (folder / "beside.py").write_text(f"NAME = '{name}'\n")
    return tmp_path


@pytest.fixture
def cloud(tmp_path_factory):
    platform = Platform(
        "tests", dict([KEY.split(":")]), Clock(), PlatformSettings(any_python=True), tmp_path_factory.mktemp("platform")
    )
    control_app = flask.Flask("api")
    control_app.register_blueprint(control_blueprint(platform))
    functions, control = Recorder(create_app(platform)), Recorder(control_app)
    servers = Server(functions), Server(control)
    platform.api_host = servers[0].url

    def send(build, env=ENVIRONMENT, key=KEY, token="dop_v1_x", namespace="tests"):
        return deploy(build, env, servers[0].url, key, servers[1].url, token, namespace)

    yield SimpleNamespace(platform=platform, functions=functions, control=control, send=send, url=servers[0].url)
    for server in servers:
        server.close()
    platform.close()


@pytest.mark.slow
def test_functions_run_with_their_files_and_their_environment(cloud, build):
    deployed = cloud.send(build)

    assert deployed == (("greet", "hooks/raw", "ops/tick"), ("every-minute",))
    called = httpx.post(
        f"{cloud.url}/api/v1/namespaces/_/actions/greet?blocking=true&result=true", auth=tuple(KEY.split(":"))
    )
    assert called.json() == {"who": "world", "place": None, "body": "default/greet"}
    web = f"{cloud.url}/api/v1/web/tests/hooks/raw"
    assert httpx.post(web).status_code == 401
    assert httpx.post(web + ".json", headers={"x-require-whisk-auth": "hush"}).json()["place"] == "here"


def test_requests_are_those_of_the_deployer(cloud, build):
    cloud.send(build)

    root = "/api/v1/namespaces/_"
    assert cloud.functions.asked() == [
        "GET /api/v1",
        "GET /api/v1/namespaces",
        f"GET {root}/actions/greet?code=false",
        f"PUT {root}/actions/greet?overwrite=true",
        f"GET {root}/packages/hooks",
        f"PUT {root}/packages/hooks?overwrite=true",
        f"GET {root}/actions/hooks/raw?code=false",
        f"PUT {root}/actions/hooks/raw?overwrite=true",
        f"GET {root}/packages/ops",
        f"PUT {root}/packages/ops?overwrite=true",
        f"GET {root}/actions/ops/tick?code=false",
        f"PUT {root}/actions/ops/tick?overwrite=true",
    ]
    triggers = "/v2/functions/namespaces/tests/triggers"
    assert cloud.control.asked() == [f"DELETE {triggers}/every-minute", f"POST {triggers}"]
    assert cloud.control.sent("POST", triggers) == {
        "name": "every-minute",
        "function": "ops/tick",
        "is_enabled": True,
        "type": "SCHEDULED",
        "scheduled_details": {"cron": "* * * * *", "body": {"source": "x"}},
    }


def test_bodies_have_the_deployers_shape(cloud, build):
    cloud.send(build)

    greet = cloud.functions.sent("PUT", "/api/v1/namespaces/_/actions/greet?overwrite=true")
    code = zipfile.ZipFile(io.BytesIO(base64.b64decode(greet["exec"].pop("code"))))
    assert code.namelist() == ["__main__.py", "beside.py"]
    assert greet["exec"] == {"kind": "python:3.11", "binary": True}
    assert greet["limits"] == {"timeout": 5000, "memory": 256}
    assert greet["parameters"] == [{"key": "WHO", "value": "world", "init": True}]
    raw = cloud.functions.sent("PUT", "/api/v1/namespaces/_/actions/hooks/raw?overwrite=true")
    annotations = {pair["key"]: pair["value"] for pair in raw["annotations"]}
    assert annotations.pop("deployer")["zipped"] is True
    assert annotations == {"final": True, "web-export": True, "raw-http": True, "require-whisk-auth": "hush"}
    assert "limits" not in raw
    package = cloud.functions.sent("PUT", "/api/v1/namespaces/_/packages/hooks?overwrite=true")
    assert package["parameters"] == [{"key": "PLACE", "value": "here", "init": True}]
    tick = cloud.functions.sent("PUT", "/api/v1/namespaces/_/actions/ops/tick?overwrite=true")
    assert tick["parameters"] == [{"key": "pace", "value": "slow"}]


@pytest.mark.slow
def test_deploying_again_replaces_code_and_triggers(cloud, build):
    cloud.send(build)
    (build / "packages/default/greet/beside.py").write_text("NAME = 'newer'\n")

    cloud.send(build, {**ENVIRONMENT, "WHO": "moon"})

    called = httpx.post(
        f"{cloud.url}/api/v1/namespaces/_/actions/greet?blocking=true&result=true", auth=tuple(KEY.split(":"))
    )
    assert called.json() == {"who": "moon", "place": None, "body": "newer"}
    assert [trigger.name for trigger in cloud.platform.scheduler.all()] == ["every-minute"]


def test_without_a_token_triggers_are_left_alone(cloud, build):
    assert cloud.send(build, token="").triggers == ()
    assert cloud.control.asked() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"env": {}}, "could not be resolved: 'WHO', 'SECRET'"),
        ({"key": "dof_v1_tests:wrong"}, "namespaces: the platform answered 401"),
        ({"namespace": "other"}, "do not match target namespace 'other'"),
    ],
)
def test_nothing_is_changed_when_something_is_wrong_beforehand(cloud, build, change, said):
    with pytest.raises(Faulty, match=said):
        cloud.send(build, **change)

    assert not [line for line in cloud.functions.asked() if not line.startswith("GET")]


def test_an_unknown_runtime_is_refused(cloud, build):
    (build / "project.yml").write_text(PROJECT.replace('raw, runtime: "python:3.11"', 'raw, runtime: "python:2.7"'))

    with pytest.raises(Faulty, match=r"'python:2\.7' is not a valid runtime value"):
        cloud.send(build)


def test_folders_that_are_missing_or_would_be_built_are_all_named(cloud, build):
    (build / "packages/default/greet/__main__.py").unlink()
    (build / "packages/hooks/raw/build.sh").touch()

    with pytest.raises(Faulty) as refused:
        cloud.send(build)

    assert len(refused.value.faults) == 2
    assert "'greet' is named in the config but does not exist" in refused.value.faults[0]
    assert "'hooks/raw' would be built because of build.sh" in refused.value.faults[1]


def test_a_refused_trigger_is_told_with_the_platforms_words(cloud, build):
    cloud.send(build)
    more = ", ".join(f"{{name: t{n}, type: SCHEDULED, scheduledDetails: {{cron: '* * * * *'}}}}" for n in range(4))
    (build / "project.yml").write_text(PROJECT.replace("triggers: [", f"triggers: [{more}, "))

    with pytest.raises(Faulty, match="triggers limit reached"):
        cloud.send(build)


@pytest.mark.slow
def test_the_staged_functions_run_on_the_platform(cloud, staged):
    names = ("DIGITALOCEAN_TOKEN", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET", "SPACES_KEY", "SPACES_SECRET")
    env = {f"BLUEGREEN_{name}": f"example-of-{name.lower()}" for name in (*names, "NUDGE_SECRET")}
    env |= {f"{PREFIX}{field.upper()}": "none" for field in OPTIONAL}

    deployed = cloud.send(staged, env)

    assert (len(deployed.functions), deployed.triggers) == (14, ("bluegreen-watch",))
    unsigned = httpx.post(f"{cloud.url}/api/v1/web/tests/hooks/github", json={"ref": "v1"}, timeout=30)
    assert unsigned.status_code == 401, unsigned.text
    assert unsigned.json()["ok"] is False
