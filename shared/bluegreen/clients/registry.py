"""A registry that speaks the distribution API: what a tag means now (distribution.github.io/distribution/spec/api)."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import NamedTuple

import httpx

from bluegreen.clients.http import LIMITS, asking, no_answer
from bluegreen.clients.redaction import NOTHING_SECRET, Redaction
from bluegreen.clients.statuses import error_for, retry_after, with_retries
from bluegreen.core.errors import BluegreenError, Refused, Unavailable

_ACCEPTED = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_PAIRS = re.compile(r'([a-z_]+)="([^"]*)"')
_MINUTE = 60.0  # seconds, where no retry-after is given
DOCKER_HUB = "https://registry-1.docker.io"
_TOKENS_ELSEWHERE = {DOCKER_HUB: "https://auth.docker.io"}
_SETTING = "BLUEGREEN_REGISTRY_CREDENTIALS"


class _Challenge(NamedTuple):
    realm: str
    service: str


class Registry:
    """`credentials` is `user:token`, "" for public images."""

    def __init__(
        self,
        name: str,
        url: str,
        http: httpx.Client,
        credentials: str,
        sleep: Callable[[float], None],
        redaction: Redaction = NOTHING_SECRET,
    ) -> None:
        self.name = name
        self._url = url
        self._http = http
        self._credentials = credentials
        self._sleep = sleep
        self._redaction = redaction

    def digest(self, image: str, tag: str) -> str:
        """`sha256:…` of `owner/name`; that of the index where the image is made for several platforms."""
        return with_retries(lambda: self._digest(image, tag), self._sleep)

    def _digest(self, image: str, tag: str) -> str:
        """HEAD first: Docker Hub does not count it as a pull."""
        path, headers = f"/v2/{image}/manifests/{tag}", {"Accept": _ACCEPTED}
        answer = self._ask("HEAD", self._url + path, headers)
        if answer.status_code == 401:
            headers["Authorization"] = f"Bearer {self._token(answer, image)}"
            answer = self._ask("HEAD", self._url + path, headers)
        self._accept(answer, image, tag)
        named = answer.headers.get("docker-content-digest", "")
        if _DIGEST.fullmatch(named):
            return str(named)
        answer = self._ask("GET", self._url + path, headers)
        self._accept(answer, image, tag)
        return f"sha256:{hashlib.sha256(answer.content).hexdigest()}"

    def _token(self, refused: httpx.Response, image: str) -> str:
        """Asked of the registry's own token service only, and for reading this image only."""
        challenge = self._challenge(refused)
        headers = {}
        if self._credentials:
            headers["Authorization"] = f"Basic {b64encode(self._credentials.encode()).decode()}"
        query = {"service": challenge.service, "scope": f"repository:{image}:pull"}
        answer = self._ask("GET", challenge.realm, headers, query)
        if not answer.is_success:
            raise self._error(answer, image, f"a request for a token for {image}")
        try:
            body = answer.json()
            return str(body.get("token") or body["access_token"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Unavailable(f"{self.name} answered without a usable token") from None

    def _challenge(self, refused: httpx.Response) -> _Challenge:
        """Where tokens are to be had, by WWW-Authenticate; refused where that would carry credentials elsewhere."""
        written = self._redaction.text(refused.headers.get("www-authenticate", ""))
        named = dict(_PAIRS.findall(written))
        if not written.lower().startswith("bearer ") or "realm" not in named:
            raise Refused(f"{self.name} wants an authentication that is not known: only Bearer is")
        realm = named["realm"]
        allowed = {_origin(self._url), _origin(_TOKENS_ELSEWHERE.get(self._url, self._url))}
        if _origin(realm) not in allowed:
            raise Refused(f"{self.name} names a token service elsewhere ({_host(realm)}): it is not asked")
        return _Challenge(realm, named.get("service", ""))

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], query: Mapping[str, str] | None = None
    ) -> httpx.Response:
        own = {"User-Agent": "bluegreen", **headers}
        try:
            with asking():
                return self._http.request(
                    method, url, headers=own, params=query, timeout=LIMITS, follow_redirects=False
                )
        except httpx.HTTPError as error:
            raise no_answer(f"{self.name} did not answer {method}", error, 2.0) from None

    def _accept(self, answer: httpx.Response, image: str, tag: str) -> None:
        if not answer.is_success:
            raise self._error(answer, image, f"a request for {image}:{tag}")

    def _error(self, answer: httpx.Response, image: str, request: str) -> BluegreenError:
        status = answer.status_code
        match status:
            case 404:
                says = f"{self.name} has no image {request.removeprefix('a request for ')}"
            case 401 | 403:
                says = self._denied(image, status)
            case 429:
                limited = (
                    "the limit is the account's" if self._credentials else "anonymous pulls are limited by address"
                )
                says = f"{self.name} answered {request} with 429: too many requests; {limited}"
            case _:
                says = f"{self.name} answered {request} with {status}"
        wait = retry_after(answer.headers, _MINUTE) if status == 429 else 2.0
        return error_for(status, says, wait)

    def _denied(self, image: str, status: int) -> str:
        """Registries say the same of what is not there as of what is private."""
        if self._credentials:
            advice = f"it is not there, or the token in {_SETTING} may not read it (or has run out)"
        else:
            advice = f"it is not there, or it is private: that wants `private: true` in bluegreen.yml and {_SETTING}"
        return f"{self.name} does not show {image} ({status}): {advice}"


def _origin(url: str) -> str:
    """Scheme, host and port; "" for what is no plain address."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        return ""
    return f"{parts.scheme}://{parts.netloc.decode()}" if parts.host and not parts.userinfo else ""


def _host(url: str) -> str:
    return (_origin(url) or "no usable address")[:80]
