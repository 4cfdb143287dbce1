"""All that a set-up asks of the outside or writes down: each act passes one place, where a test can end the process."""

import base64
import hashlib
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import botocore.session
import httpx
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bluegreen.clients import bounded
from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.github import GitHub
from bluegreen.clients.http import LIMITS, Api
from bluegreen.clients.redaction import Redaction
from bluegreen.core.errors import BluegreenError, Misconfigured, NotFound, Unavailable
from bluegreen_cli.doctor.namespaces import basic
from bluegreen_cli.setup import env_file
from bluegreen_cli.setup.domain import lookup

T = TypeVar("T")
_CONFIG = Config(
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    retries={"total_max_attempts": 2},
    connect_timeout=3,
    read_timeout=15,
    s3={"addressing_style": "path"},
)
_PAGES = 50
_PAGE = 10.0  # seconds for the head of one


class Outside:
    """`tokens`: DigitalOcean's and GitHub's, of whoever sets up. They are shown in no error."""

    def __init__(self, digitalocean: str, github: str, tokens: tuple[str, str], state: tuple[str, str]) -> None:
        self._addresses, self._tokens, self._state = (digitalocean, github), tokens, state
        self.http = bounded.client(LIMITS)
        self._clients: dict[str, Any] = {}  # by access key

    def act(self, does: Callable[[], T], changes: bool = False) -> T:
        """`changes`: something, out there or on the disk."""
        return does()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Of DigitalOcean."""
        return self.act(lambda: self._digitalocean.once(method, path, body, query or None), method != "GET")

    def listed(self, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
        """All pages of a list."""
        found: list[dict[str, Any]] = []
        for page in range(1, _PAGES + 1):
            answer = self.ask("GET", path, page=page, per_page=200, **query) or {}
            found += [each for each in answer.get(key) or () if isinstance(each, dict)]
            if not ((answer.get("links") or {}).get("pages") or {}).get("next"):
                break
        return found

    def functions(self, host: str, namespace: str, key: str) -> list[Any]:
        """Those that are deployed, by an access key."""
        sent = {"Accept": "application/json", "User-Agent": "bluegreen", "Authorization": basic(key)}
        api = Api("DigitalOcean Functions", host, self.http, sent, self.sleep, redaction=Redaction({"the key": key}))
        path = f"/api/v1/namespaces/{namespace}/actions"
        found: list[Any] = self.act(lambda: api.once("GET", path, params={"limit": 200})) or []
        return found

    def hub(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Of GitHub."""
        return self.act(lambda: self._github.once(method, path, body, query or None), method != "GET")

    def tags(self, repository: str) -> dict[str, str]:
        return self.act(lambda: GitHub(self._github).tags(repository))

    def move_branch(self, repository: str, branch: str, commit: str) -> None:
        self.act(lambda: GitHub(self._github).move_branch(repository, branch, commit), True)

    def update_app(self, app: str, spec: dict[str, Any]) -> None:
        self.act(lambda: DigitalOcean(self._digitalocean).update(app, spec, all_sources=True), True)

    def set_spec(self, app: str, spec: dict[str, Any]) -> None:
        """What is built stays as it is: only what the spec says is another."""
        self.act(lambda: DigitalOcean(self._digitalocean).update(app, spec), True)

    def fetch(self, url: str) -> tuple[int, dict[str, str]]:
        """Status and headers of a page, as anybody gets them; headers by small letters."""
        return self.act(lambda: _fetched(self.http, url))

    def lookup(self, name: str, resolver: str) -> lookup.Found:
        return self.act(lambda: lookup.ask(name, resolver))

    def store(self, key: str, secret: str, operation: str, **how: Any) -> dict[str, Any]:
        """An operation of S3, by a key of Spaces."""
        if key not in self._clients:
            self._clients[key] = self._s3(key, secret)
        return self.act(lambda: _asked(self._clients[key], operation, how), operation.startswith(("create", "put")))

    def write(self, path: Path, text: str) -> None:
        self.act(lambda: env_file.write(path, text), True)

    @cached_property
    def _digitalocean(self) -> Api:
        return self._api("DigitalOcean", 0).with_verbatim("spec")

    @cached_property
    def _github(self) -> Api:
        return self._api("GitHub", 1).following()

    def _api(self, name: str, which: int) -> Api:
        token = self._tokens[which]
        sent = {"Accept": "application/json", "User-Agent": "bluegreen"}
        sent |= {"Authorization": f"Bearer {token}"} if token else {}
        redaction = Redaction({f"{name}'s token": token} if token else {})
        return Api(name, self._addresses[which], self.http, sent, self.sleep, redaction=redaction)

    def _s3(self, key: str, secret: str) -> Any:
        endpoint, region = self._state
        made = botocore.session.get_session().create_client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=_CONFIG,
        )
        made.meta.events.register("before-sign.s3.PutBucketLifecycleConfiguration", _with_md5)
        return made


def _fetched(http: httpx.Client, url: str) -> tuple[int, dict[str, str]]:
    try:
        with bounded.within(_PAGE), http.stream("GET", url) as answer:
            return answer.status_code, {name.lower(): value for name, value in answer.headers.items()}
    except httpx.HTTPError as error:
        raise Unavailable(f"{url} gives no answer ({type(error).__name__})") from None


def _with_md5(request: Any, **_: Any) -> None:
    """Ceph's gateway wants it of a lifecycle, where botocore sends a checksum of another kind."""
    body = request.data if isinstance(request.data, bytes) else str(request.data).encode()
    request.headers["Content-MD5"] = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def _asked(client: Any, operation: str, how: dict[str, Any]) -> dict[str, Any]:
    what = f"Spaces: {operation} {how.get('Bucket', '')}"
    try:
        found: dict[str, Any] = getattr(client, operation)(**how)
        return found
    except ClientError as error:
        raise _by_meaning(what, error) from None
    except BotoCoreError as error:
        raise Unavailable(f"{what}: {type(error).__name__}") from None


def _by_meaning(what: str, error: ClientError) -> BluegreenError:
    code, status = error.response["Error"].get("Code", ""), error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    if status == 404:
        return NotFound(f"{what}: {code}")
    return Misconfigured(f"{what}: {code}") if status in (401, 403) else Unavailable(f"{what}: {status} {code}")
