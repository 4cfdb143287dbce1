import json
import socket
import sys
import threading
from collections import Counter
from urllib.parse import urlsplit

import httpx
import pytest

from bluegreen_emulator.app import __main__ as app_server
from bluegreen_emulator.clock import Clock
from bluegreen_emulator.code import Repository
from bluegreen_emulator.digitalocean import (
    AppHost,
    DigitalOcean,
    Program,
    Settings,
    ingress,
    web_app,
)
from tests.waiting import until

QUICK = Settings(pending_build=0.0, building=0.1, pending_deploy=0.0, deploying=0.1)


@pytest.fixture
def host(tmp_path):
    made = AppHost(tmp_path, apps=2, drain=0.3, grace=5.0)
    yield made
    made.close()


@pytest.fixture
def repository():
    made = Repository("holi/web")
    made.branches["deploy/green"] = made.release("v1.1.0").sha
    return made


@pytest.fixture
def cloud(host, repository):
    made = DigitalOcean(Clock(), {"holi/web": repository}, QUICK, host)
    made.start()
    yield made
    made.close()


def deploy(cloud, app):
    with cloud.lock:
        made = cloud.apps.deploy(app, False, cloud.tick())
    until(lambda: made.phase in ("ACTIVE", "ERROR"))
    return made


@pytest.mark.slow
def test_a_deployment_replaces_two_instances_without_a_dropped_request(cloud, repository, spec):
    repository.branches["deploy/green"] = repository.release("v1.1.1", {"slow_ms": 100}).sha
    app = cloud.create(spec("holi-green", instance_count=2), web_app("green"))
    seen: Counter[tuple[int, str]] = Counter()
    done = threading.Event()

    def ask():
        with httpx.Client(timeout=60) as client:
            while not done.is_set():
                answer = client.post(f"{app.ingress}/api/auth/signin")
                seen[answer.status_code, answer.headers.get("x-release", "")] += 1

    clients = [threading.Thread(target=ask) for _ in range(6)]
    for client in clients:
        client.start()
    before = {instance.url for instance in cloud.host.instances("holi-green")}
    repository.branches["deploy/green"] = repository.release("v1.2.0", {"slow_ms": 20}).sha
    assert deploy(cloud, app).phase == "ACTIVE"
    until(lambda: not any(map(listens, before)), what="the old instances have drained and ended")
    done.set()
    for client in clients:
        client.join()
    assert seen.keys() == {(401, "v1.1.1"), (401, "v1.2.0")}
    after = {instance.url for instance in cloud.host.instances("holi-green")}
    assert len(after) == 2
    assert not before & after


def listens(url):
    where = urlsplit(url)
    with socket.socket() as tried:
        return tried.connect_ex((where.hostname, where.port)) == 0


def test_both_instances_get_their_share(cloud, spec):
    show_port = (
        "import os,http.server as h\nclass H(h.BaseHTTPRequestHandler):\n def do_GET(s):\n  s.send_response(200)"
    )
    show_port += "\n  s.end_headers()\n  s.wfile.write(os.environ['PORT'].encode())\n"
    show_port += "h.ThreadingHTTPServer(('127.0.0.1',int(os.environ['PORT'])),H).serve_forever()"
    program = Program([sys.executable, "-c", show_port])
    app = cloud.create(spec("holi-router", instance_count=2), lambda version: program)
    with httpx.Client() as client:
        ports = Counter(client.get(app.ingress).text for _ in range(20))
    assert len(ports) == 2
    assert min(ports.values()) >= 8


@pytest.mark.slow
def test_a_crash_is_answered_503_until_the_restart(cloud, spec):
    app = cloud.create(spec("holi-green"), web_app("green"))
    cloud.crash("holi-green")
    until(lambda: httpx.get(app.ingress).status_code == 503)
    until(lambda: httpx.get(app.ingress).status_code == 200)
    assert cloud.host.instances("holi-green")[0].restarts == 1


@pytest.mark.slow
def test_a_release_that_crashes_at_start_leaves_the_old_one_serving(cloud, repository, spec):
    app = cloud.create(spec("holi-green"), web_app("green"))
    repository.branches["deploy/green"] = repository.release("v1.2.0", {"crash": True}).sha
    failed = deploy(cloud, app)
    assert failed.phase == "ERROR"
    assert failed.failure.code == "DeployContainerExitNonZero"
    assert "crashes at start" in cloud.host.log("holi-green", failed.id)
    assert httpx.get(app.ingress).headers["x-release"] == "v1.1.0"


def test_a_command_that_does_not_exist_fails_the_deployment(cloud, repository, spec):
    def program(version):
        return web_app("green")(version) if version.commit.version == "v1.1.0" else Program(["/no/such/command"])

    app = cloud.create(spec("holi-green"), program)
    repository.branches["deploy/green"] = repository.release("v1.2.0").sha
    failed = deploy(cloud, app)
    assert (failed.phase, failed.failure.code) == ("ERROR", "DeployContainerStartError")
    assert httpx.get(app.ingress).headers["x-release"] == "v1.1.0"


@pytest.mark.slow
def test_forwarding_headers_reach_the_app_as_the_client_sent_them(cloud, repository, spec):
    fault = {"share": 1.0, "when": "production"}
    repository.branches["deploy/green"] = repository.release("v1.2.0", fault).sha
    app = cloud.create(spec("holi-green"), web_app("green"))
    assert httpx.get(app.ingress).status_code == 200
    assert httpx.get(app.ingress, headers={"X-Forwarded-Host": "app.holi.example"}).status_code == 500


def test_nothing_runs_behind_an_app_that_was_never_deployed(cloud, host):
    assert httpx.get(host.open("holi-empty")).status_code == 503


def test_the_ingress_closes_an_unused_connection_before_the_app_does(host, tmp_path):
    """The other way round a request may meet a connection that is being closed: it would be dropped."""
    cluster = json.loads(next(tmp_path.rglob("envoy.json")).read_text())["static_resources"]["clusters"][0]
    options = next(iter(cluster["typed_extension_protocol_options"].values()))

    assert options["common_http_protocol_options"]["idle_timeout"] == f"{ingress.UNUSED_SECONDS}s"
    assert 0 < ingress.UNUSED_SECONDS < app_server.UNUSED_SECONDS
