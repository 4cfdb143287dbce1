"""Alerts as their senders tell them, and as `web: raw` hands them to hooks/alert."""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta

from bluegreen.core.phases import Phase
from bluegreen_cli.stage import ROOT
from tests.build import NOW
from tests.chain.laptop import Laptop, seen
from tests.chain.laptop_cloud import ENVIRONMENT

SECRET = ENVIRONMENT["BLUEGREEN_ALERT_SECRET"]
BEARER = {"authorization": f"Bearer {SECRET}"}
NEVER = "0001-01-01T00:00:00Z"


def sample(which):
    """Headers and body of a sample in events/."""
    http = json.loads((ROOT / "events" / f"alert.{which}.json").read_text())["http"]
    body = base64.b64decode(http["body"]) if http["isBase64Encoded"] else http["body"].encode()
    return http["headers"], body


def baking(**alerts):
    """A laptop whose release v1.3.0 is in its bake."""
    laptop = Laptop(alerts=alerts)
    laptop.push("v1.3.0")
    laptop.until(Phase.WATCHING)
    laptop.queue.clear()
    laptop.clock.sleep(5)
    return laptop


def mac(body, secret=SECRET):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def alert(name="TooManyErrors", began=NOW, status="firing", service="web", severity="critical", **labels):
    """One alert of a group; `labels` come on top."""
    found = {"alertname": name, "service": service, "severity": severity, **labels}
    kept = {label: value for label, value in found.items() if value is not None}
    return {
        "status": status,
        "labels": kept,
        "annotations": {"summary": f"{name} of {service}"},
        "startsAt": began.isoformat() if isinstance(began, datetime) else began,
        "endsAt": NEVER if status == "firing" else (NOW + timedelta(hours=1)).isoformat(),
        "generatorURL": "http://169.254.169.254/latest/meta-data",
        "fingerprint": hashlib.md5(repr(sorted(kept.items())).encode()).hexdigest()[:16],
    }


def group(*alerts, version="4"):
    """What Alertmanager sends, or Grafana by version 1."""
    firing = any(found["status"] == "firing" for found in alerts)
    return {
        "receiver": "bluegreen",
        "status": "firing" if firing else "resolved",
        "alerts": list(alerts),
        "groupLabels": {},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "http://127.0.0.1:9093",
        "version": version,
        "groupKey": "{}:{}",
        "truncatedAlerts": 0,
    }


def deliver(laptop, payload, proof=BEARER, encoded=False):
    """`proof` are the headers that show that the sender knows the secret; `payload` may be bytes."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    text = base64.b64encode(body).decode() if encoded else body.decode(errors="surrogateescape")
    http = {"method": "POST", "path": "", "headers": {"content-type": "application/json", **proof}}
    return seen(laptop.invoke("hooks/alert", {"http": {**http, "body": text, "isBase64Encoded": encoded}}))
