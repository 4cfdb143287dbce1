"""ghcr.io and Docker Hub as far as a digest goes: the distribution API with its token dance, each in its own words.

Docker Hub gives everybody a token, and shows nothing by it that is private; GHCR refuses the token. Both say the same
of what is not there as of what is private. Docker Hub counts GET of a manifest as a pull, not HEAD
(docs.docker.com/docker-hub/usage/pulls, distribution.github.io/distribution/spec/api).
"""

import hashlib
import json
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from flask import Flask, Request, Response, request

from bluegreen_emulator.code import Commit
from bluegreen_emulator.digitalocean.registry import Image
from bluegreen_emulator.lazy_flask import LazyFlask

INDEX = "application/vnd.oci.image.index.v1+json"
_DENIED = ("DENIED", "requested access to the resource is denied")


@dataclass
class RegistryV2:
    """`tokens_at` is where the challenge sends to. `tags` is image → tag → manifest's bytes."""

    kind: Literal["GHCR", "DOCKER_HUB"]
    credentials: dict[str, str] = field(default_factory=dict)  # user → token
    private: set[str] = field(default_factory=set)
    tags: dict[str, dict[str, bytes]] = field(default_factory=dict)
    images: dict[str, Image] = field(default_factory=dict)  # by digest, for App Platform to pull
    pulls_left: int = 100
    names_digest: bool = True  # Docker-Content-Digest is sent
    tokens_at: str = ""

    def __post_init__(self) -> None:
        official = {"GHCR": "https://ghcr.io/token", "DOCKER_HUB": "https://auth.docker.io/token"}
        self.tokens_at = self.tokens_at or official[self.kind]

    @property
    def service(self) -> str:
        return {"GHCR": "ghcr.io", "DOCKER_HUB": "registry.docker.io"}[self.kind]

    def push(self, image: str, tag: str, commit: Commit | None) -> str:
        manifest = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [], "annotations": {"tag": tag}}
        body = json.dumps(manifest | ({"commit": commit.sha} if commit else {})).encode()
        self.tags.setdefault(image, {})[tag] = body
        digest = digest_of(body)
        self.images[digest] = Image(digest, commit, datetime.now(UTC))
        return digest

    def app(self) -> Flask:
        """Serves the registry's own host and that of its token service."""
        made = LazyFlask(__name__)

        @made.get("/v2/<path:image>/manifests/<tag>")
        def manifest(image: str, tag: str) -> Response:
            return self._manifest(image, tag)

        @made.get("/token")
        def token() -> Response:
            return self._token(request)

        return made

    def _manifest(self, image: str, tag: str) -> Response:
        scope = f"repository:{image}:pull"
        if image != image.lower():
            return _errors(400, "NAME_INVALID", "invalid repository name")
        if request.headers.get("Authorization") != f"Bearer {_made_for(scope)}":
            realm = f'Bearer realm="{self.tokens_at}",service="{self.service}",scope="{scope}"'
            answer = _errors(401, "UNAUTHORIZED", "authentication required")
            answer.headers["WWW-Authenticate"] = realm
            return answer
        found = self.tags.get(image, {}).get(tag)
        if found is None or INDEX not in request.headers.get("Accept", ""):
            return _errors(404, "MANIFEST_UNKNOWN", "manifest unknown")
        if request.method == "GET" and self.kind == "DOCKER_HUB":
            self.pulls_left -= 1
        if self.pulls_left < 0:
            return _errors(429, "TOOMANYREQUESTS", "You have reached your unauthenticated pull rate limit.")
        answer = Response(found, content_type=INDEX)
        if self.names_digest:
            answer.headers["Docker-Content-Digest"] = digest_of(found)
        return answer

    def _token(self, asked: Request) -> Response:
        scope = asked.args.get("scope", "")
        image = scope.removeprefix("repository:").removesuffix(":pull")
        user, known = self._user(asked)
        if user and not known:
            status = 401 if self.kind == "DOCKER_HUB" else 403
            return _errors(status, *_DENIED)
        shown = image in self.tags and (known or image not in self.private)
        if not shown and self.kind == "GHCR":
            return _errors(403, *_DENIED)
        body = json.dumps({"token": _made_for(scope if shown else "nothing"), "expires_in": 300})
        return Response(body, content_type="application/json")

    def _user(self, asked: Request) -> tuple[str, bool]:
        given = asked.headers.get("Authorization", "").removeprefix("Basic ")
        user, _, token = b64decode(given).decode().partition(":") if given else ("", "", "")
        return user, bool(user) and self.credentials.get(user) == token


def digest_of(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _made_for(scope: str) -> str:
    return f"token-{hashlib.sha256(scope.encode()).hexdigest()[:20]}"


def _errors(status: int, code: str, message: str) -> Response:
    body = json.dumps({"errors": [{"code": code, "message": message}]})
    return Response(body, status, content_type="application/json")
