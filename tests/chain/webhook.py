"""Deliveries as `web: raw` hands them to hooks/github."""

import hashlib
import hmac
import json

from tests.chain.laptop import seen
from tests.chain.laptop_cloud import REPOSITORY, SECRET


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def deliver(laptop, body, event="push", delivery="d-1", text=None, flag=False, kind="application/json", **headers):
    """A delivery as `web: raw` hands it over; `signature` overrides the right one, None leaves it out."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"X-GitHub-Event": event, "X-GitHub-Delivery": delivery, "Content-Type": kind}
    signature = headers.pop("signature", signed(raw))
    if signature is not None:
        sent["X-Hub-Signature-256"] = signature
    http = {"method": "post", "headers": {k.lower(): v for k, v in sent.items()}, "path": ""}
    http |= {"body": raw.decode() if text is None else text, "isBase64Encoded": flag}
    return seen(laptop.invoke("hooks/github", {"http": http}))


def pushed(tag="v1.3.0", repository=REPOSITORY, **more):
    return {
        "ref": f"refs/tags/{tag}",
        "deleted": False,
        "repository": {"full_name": repository},
        "head_commit": {"id": "b" * 40},
        "pusher": {"name": "mira"},
        **more,
    }


def untouched(laptop):
    """Nothing was recorded at all: not even the first version."""
    return not laptop.state.keys("services/")
