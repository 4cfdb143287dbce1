"""GHCR and Docker Hub: the digest is resolved once, whoever holds the image and however it has to be asked."""

import json

import httpx
import pytest

from bluegreen.clients.registry import DOCKER_HUB, Registry
from bluegreen.core.config.source import Image
from bluegreen.core.errors import Misconfigured, NotFound, RateLimited, Refused, Unavailable
from bluegreen.sources.image import pinned
from bluegreen_emulator.registry_v2 import RegistryV2
from tests.build import BLUE, GREEN
from tests.chain.laptop import Laptop
from tests.chain.laptop_cloud import ENVIRONMENT

GHCR = "https://ghcr.io"
HOSTS = {"GHCR": [GHCR], "DOCKER_HUB": [DOCKER_HUB, "https://auth.docker.io"]}
NAMES = {"GHCR": "ghcr.io", "DOCKER_HUB": "Docker Hub"}
CREDENTIALS = ENVIRONMENT["BLUEGREEN_REGISTRY_CREDENTIALS"]


def mounts(held):
    return {host: httpx.WSGITransport(app=held.app()) for host in HOSTS[held.kind]}


def asking(held, credentials="", **more):
    """A client that reaches the registry's own hosts and no other; what it sent elsewhere is an error."""
    http = httpx.Client(mounts=mounts(held), transport=httpx.MockTransport(elsewhere), **more)
    return Registry(NAMES[held.kind], HOSTS[held.kind][0], http, credentials, lambda seconds: None)


def elsewhere(request):
    raise AssertionError(f"{request.url.host} was asked, with {dict(request.headers)}")


@pytest.fixture(params=["GHCR", "DOCKER_HUB"])
def held(request):
    made = RegistryV2(request.param, {"ci": "registry-token-of-this-test"})
    made.push("holi-labs/web", "v1.3.0", None)
    return made


def test_a_public_image_is_asked_for_without_credentials(held):
    digest = asking(held).digest("holi-labs/web", "v1.3.0")
    assert digest in held.images
    assert held.pulls_left == 100


def test_a_registry_that_does_not_name_the_digest_gives_the_manifest_and_its_hash_is_taken(held):
    held.names_digest = False
    assert asking(held).digest("holi-labs/web", "v1.3.0") in held.images


def test_a_private_image_wants_credentials_and_the_refusal_says_so(held):
    held.private.add("holi-labs/web")
    with pytest.raises(Misconfigured, match="private: true"):
        asking(held).digest("holi-labs/web", "v1.3.0")
    assert asking(held, CREDENTIALS).digest("holi-labs/web", "v1.3.0") in held.images


def test_wrong_credentials_are_refused_and_not_shown(held):
    held.private.add("holi-labs/web")
    with pytest.raises(Misconfigured, match="may not read it") as caught:
        asking(held, "ci:an-old-token").digest("holi-labs/web", "v1.3.0")
    assert "an-old-token" not in str(caught.value)


def test_a_tag_that_is_not_there_is_told_by_name(held):
    with pytest.raises(NotFound, match="has no image holi-labs/web:v9"):
        asking(held).digest("holi-labs/web", "v9.9.9")


def test_docker_hubs_limit_is_told_and_waited_for():
    held = RegistryV2("DOCKER_HUB", names_digest=False, pulls_left=0)
    held.push("holi-labs/web", "v1.3.0", None)
    with pytest.raises(RateLimited, match="anonymous pulls are limited by address") as caught:
        asking(held).digest("holi-labs/web", "v1.3.0")
    assert caught.value.delay == 60.0


@pytest.mark.parametrize(
    "realm",
    [
        "https://evil.example/token",
        "http://ghcr.io/token",
        "https://ghcr.io.evil.example/token",
        "https://ghcr.io@evil.example/token",
        "https://ci:x@ghcr.io/token",
        "https://ghcr.io:8443/token",
        "https://169.254.169.254/latest",
        "//evil.example/token",
        "file:///etc/passwd",
        "not an address",
        "https://auth.docker.io/token",
    ],
)
def test_a_token_service_elsewhere_never_gets_the_credentials(realm):
    held = RegistryV2("GHCR", tokens_at=realm)
    held.push("holi-labs/web", "v1.3.0", None)
    with pytest.raises(Refused, match="token service elsewhere"):
        asking(held, CREDENTIALS).digest("holi-labs/web", "v1.3.0")


@pytest.mark.parametrize("challenge", ["", "Basic realm=x", "Bearer", 'Bearer realm=""'])
def test_a_challenge_that_is_not_understood_is_refused(challenge):
    def answer(request):
        return httpx.Response(401, headers={"www-authenticate": challenge})

    with pytest.raises(Refused):
        registry_of(answer).digest("holi-labs/web", "v1.3.0")


@pytest.mark.parametrize(
    ("status", "error"), [(500, Unavailable), (503, Unavailable), (302, Refused), (400, Refused), (403, Misconfigured)]
)
def test_other_answers_have_their_meaning_and_no_redirect_is_followed(status, error):
    def answer(request):
        assert request.url.host == "ghcr.io"
        return httpx.Response(status, headers={"location": "https://evil.example/"})

    with pytest.raises(error):
        registry_of(answer).digest("holi-labs/web", "v1.3.0")


def test_a_registry_that_does_not_answer_is_told_without_the_credentials():
    def refuse(request):
        if request.url.path == "/token":
            raise httpx.ConnectError(f"no route, with {request.headers['authorization']}")
        return httpx.Response(401, headers={"www-authenticate": 'Bearer realm="https://ghcr.io/token"'})

    with pytest.raises(Unavailable, match="did not answer GET: ConnectError") as caught:
        registry_of(refuse).digest("holi-labs/web", "v1.3.0")
    assert caught.value.__cause__ is None


def registry_of(answer):
    return Registry("ghcr.io", GHCR, httpx.Client(transport=httpx.MockTransport(answer)), CREDENTIALS, lambda s: None)


class Elsewhere(Laptop):
    """The chain with images in another registry; the app's spec holds encrypted credentials where they are private."""

    def __init__(self, kind, private, **changes):
        self.held = RegistryV2(kind, {"ci": "registry-token-of-this-test"}, {"holi-labs/web"} if private else set())
        self.private = private
        image = {"kind": "image", "registry_type": kind, "registry": "holi-labs", "repository": "web"}
        super().__init__(source={**image, "private": private}, **changes)

    def push(self, tag, **given):
        self.held.push("holi-labs/web", tag, self.repository.release(tag, **given))
        return self.github.push_tag("holi-labs/holi", tag)

    def _spec(self, environment):
        self.digitalocean.apps.lifecycle.sources.elsewhere[self.held.kind] = self.held.images
        running = {BLUE: "v1.2.0", GREEN: "v1.1.0"}[environment]
        self.held.push("holi-labs/web", running, self.repository.commits[self.repository.tags[running].commit])
        image = {"registry_type": self.held.kind, "registry": "holi-labs", "repository": "web", "tag": running}
        if self.private:
            image["registry_credentials"] = "ci:what-a-person-wrote-once"
        spec = super()._spec(environment)
        service = {k: v for k, v in spec["services"][0].items() if k != "github"}
        return {**spec, "services": [{**service, "image": image}]}

    def _client(self):
        made = super()._client()
        made._mounts |= httpx.Client(mounts=mounts(self.held))._mounts
        return made


@pytest.mark.slow
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("kind", ["GHCR", "DOCKER_HUB"])
def test_a_release_goes_live_by_digest_from_another_registry(kind, private):
    laptop = Elsewhere(kind, private)
    sealed = laptop.digitalocean.app("holi-green").spec["services"][0]["image"].get("registry_credentials")
    laptop.push("v1.3.0")
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "live", laptop.reason("v1.3.0")
    image = laptop.digitalocean.app("holi-green").spec["services"][0]["image"]
    wanted = {"registry_type": kind, "registry": "holi-labs", "repository": "web", "digest": record.on(GREEN).digest}
    assert image == (wanted | {"registry_credentials": sealed} if private else wanted)
    assert not private or sealed.startswith("EV[")
    assert CREDENTIALS not in json.dumps(laptop.lines, default=str)
    assert not laptop.digitalocean.violations


def test_credentials_that_are_not_encrypted_yet_are_set_and_others_go_back_as_they_were_read():
    settings = Image(kind="image", registry_type="GHCR", registry="holi-labs", repository="web", private=True)
    image = {"registry_type": "GHCR", "registry": "holi-labs", "repository": "web"}

    def written(**more):
        spec = {"services": [{"name": "web", "image": {**image, **more}}]}
        found = pinned(spec, settings, "sha256:abc", credentials=CREDENTIALS)
        return found["services"][0]["image"].get("registry_credentials")

    assert written(registry_credentials="EV[1:abc]") == "EV[1:abc]"
    assert written(registry_credentials="") == CREDENTIALS
    assert written() is None


def test_an_image_of_the_same_name_in_another_registry_is_not_ours():
    settings = Image(kind="image", registry_type="GHCR", registry="holi-labs", repository="web")
    other = {"registry_type": "DOCKER_HUB", "registry": "holi-labs", "repository": "web"}
    with pytest.raises(Refused, match="no component with image holi-labs/web of GHCR"):
        pinned({"services": [{"name": "web", "image": other}]}, settings, "sha256:abc")
