"""The HTTPS channel of DigitalOcean Insights: what it posts when an alert instance fires, fires on, or is resolved.

How a channel may be proven is documented (bearer token, basic, up to 20 headers, a secret to sign with). The body, and
in which header a signature stands, are not: each of these may be it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_MOST_HEADERS = 20
_RESERVED = ("host", "content-type")
Instance = dict[str, Any]
SHAPES: dict[str, Callable[[Instance], dict[str, Any]]] = {
    "as the API shows it": lambda found: {"alert_instance": found},
    "several": lambda found: {"alert_instances": [found]},
    "bare": lambda found: found,
    "the id alone": lambda found: {"alert_instance_id": found["id"], "status": found["status"]},
    "an event around it": lambda found: {"type": "alert.triggered", "data": {"alert_instance": found}},
    "an event with the ids": lambda found: {
        "event": {"event_type": "alert.fired", "alert_instance_id": found["id"], "rule_id": found["rule_id"]}
    },
}


@dataclass
class Channel:
    """`signature` is the header that the HMAC stands in, where there is a secret: nobody has documented its name."""

    bearer: str = ""
    basic: tuple[str, str] = ("", "")
    headers: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    signature: str = "X-DigitalOcean-Signature"
    shape: str = "as the API shows it"

    def __post_init__(self) -> None:
        reserved = [name for name in self.headers if name.lower() in _RESERVED or name.lower().startswith("proxy-")]
        if len(self.headers) > _MOST_HEADERS or reserved:
            raise ValueError(f"at most {_MOST_HEADERS} headers, and none of {', '.join(_RESERVED)}, proxy-*")

    def delivery(self, instance: Instance) -> tuple[dict[str, str], bytes]:
        """Headers and body."""
        body = json.dumps(SHAPES[self.shape](instance)).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer}"
        if any(self.basic):
            headers["Authorization"] = f"Basic {base64.b64encode(':'.join(self.basic).encode()).decode()}"
        if self.secret:
            headers[self.signature] = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return headers, body
