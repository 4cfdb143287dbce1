"""A real Prometheus and a real Alertmanager: an app fails, the rule of docs/alerts.md fires, production goes back."""

import json
import re
import shutil
import subprocess
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import yaml
from werkzeug.wrappers import Request, Response

from bluegreen.core.phases import Phase
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.digitalocean.ingress import free_port
from bluegreen_emulator.wire import Server
from tests.build import BLUE, GREEN
from tests.chain.alerting import SECRET
from tests.chain.laptop import Laptop
from tests.waiting import until

PROMETHEUS = shutil.which("prometheus")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
BLOCKS = re.findall(r"(?ms)^```yaml\n(.*?)^```", (ROOT / "docs" / "alerts.md").read_text())
APT = "apt install prometheus prometheus-alertmanager"
INSTALLED = bool(PROMETHEUS and ALERTMANAGER)


def block(key):
    """The example of docs/alerts.md that begins with a key."""
    [found] = [text for text in BLOCKS if text.startswith(f"{key}:")]
    return found


class App:
    """Counts its answers as Prometheus wants them; one of five is a 500."""

    def __init__(self):
        self._answers = Counter()

    @Request.application
    def __call__(self, request):
        if request.path == "/metrics":
            return Response(self._metrics(), content_type="text/plain; version=0.0.4")
        status = 500 if self._answers.total() % 5 == 4 else 200
        self._answers[status] += 1
        return Response("an answer", status)

    def _metrics(self):
        name = 'http_requests_total{service="web",environment="green",status='
        lines = [f'{name}"{status}"}} {self._answers[status]}' for status in (200, 500)]
        return "\n".join(["# TYPE http_requests_total counter", *lines, ""])


class Hook:
    """hooks/alert of a laptop, on the wire: one delivery at a time."""

    def __init__(self, laptop):
        self._laptop = laptop
        self._turn = threading.Lock()
        self.answers = []

    @Request.application
    def __call__(self, request):
        headers = {name.lower(): value for name, value in request.headers.items()}
        http = {"method": "POST", "path": "", "headers": headers, "body": request.get_data().decode()}
        with self._turn:
            self._laptop.clock.time = datetime.now(UTC)  # by which Alertmanager dates its alerts
            answer = self._laptop.invoke("hooks/alert", {"http": {**http, "isBase64Encoded": False}})
            self.answers.append((answer["statusCode"], answer["body"]["what"]))
        return Response(json.dumps(answer["body"]), answer["statusCode"])


@contextmanager
def served(app):
    server = Server(app)
    yield server.url
    server.close()


@contextmanager
def running(folder, *command):
    """A program that listens at the address that is given, once it says that it is ready."""
    address = f"127.0.0.1:{free_port()}"
    with (folder / "log").open("w") as log:
        command = [*command, f"--web.listen-address={address}", "--log.level=warn"]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        said = (folder / "log").read_text
        until(lambda: ready(f"http://{address}/-/ready"), what=f"{command[0]} is ready", seen=said)
        yield address
    finally:
        process.kill()
        process.wait(60)


def ready(url):
    try:
        return httpx.get(url, timeout=1, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def alertmanager(folder, hook):
    """Told what docs/alerts.md says, with this hook's address and a quicker pace."""
    told = yaml.safe_load(block("route"))
    told["route"]["group_interval"] = "1s"
    [webhook] = told["receivers"][0]["webhook_configs"]
    webhook["url"] = hook
    webhook["http_config"]["authorization"]["credentials_file"] = str(folder / "secret")
    (folder / "secret").write_text(SECRET)
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(told))
    options = "--config.file=alertmanager.yml", "--storage.path=alertmanager", "--cluster.listen-address="
    return running(folder, ALERTMANAGER, *options)


def prometheus(folder, app, alerts_to):
    rules = re.sub(r"for: \d+s", "for: 1s", block("groups").replace("[1m]", "[5s]"))
    (folder / "rules.yml").write_text(rules)
    told = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alerts_to]}]}]},
        "scrape_configs": [{"job_name": "app", "static_configs": [{"targets": [app.removeprefix("http://")]}]}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(told))
    return running(folder, PROMETHEUS, "--config.file=prometheus.yml", "--storage.tsdb.path=data")


def baking():
    """A release in its bake, switched to a while before now by the real clock."""
    laptop = Laptop(alerts={"policy": "rollback"})
    laptop.clock.time = datetime.now(UTC) - timedelta(minutes=10)
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.queue.clear()
    assert laptop.record().active is GREEN
    return laptop


@pytest.mark.slow
@pytest.mark.skipif(
    not INSTALLED,
    reason="Prometheus and Alertmanager are not installed (apt install prometheus prometheus-alertmanager)",
)
def test_a_rule_fires_and_alertmanager_s_webhook_takes_production_back(tmp_path):
    laptop = baking()
    hook, folders = Hook(laptop), [tmp_path / "alertmanager", tmp_path / "prometheus"]
    for folder in folders:
        folder.mkdir()
    with (
        served(hook) as hook_url,
        served(App()) as app,
        alertmanager(folders[0], hook_url) as address,
        prometheus(folders[1], app, address),
        httpx.Client(trust_env=False) as client,
    ):
        until(lambda: client.get(app) and hook.answers, what="an alert arrives")
    status, what = hook.answers[0]
    assert status == 202
    assert what.startswith("web: TooManyErrors (critical, alertmanager): going back from v1.3.0 to v1.2.0")
    record = laptop.rest()
    assert record.active is BLUE
    assert laptop.outcome("v1.3.0") == "rolled back"
    assert "of the requests to green fail" in record.quarantine["v1.3.0"]


@pytest.mark.skipif(
    not shutil.which("promtool") or not shutil.which("amtool"),
    reason=f"promtool and amtool are not installed ({APT})",
)
def test_the_examples_are_as_prometheus_and_alertmanager_want_them(tmp_path):
    for name, key in (("rules.yml", "groups"), ("alertmanager.yml", "route")):
        (tmp_path / name).write_text(block(key).replace("…", "x"))
    subprocess.run(["promtool", "check", "rules", tmp_path / "rules.yml"], check=True, capture_output=True)
    subprocess.run(["amtool", "check-config", tmp_path / "alertmanager.yml"], check=True, capture_output=True)
