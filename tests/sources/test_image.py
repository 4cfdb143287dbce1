"""Images: pinned by digest, everything else of the app's spec goes back as it was read."""

import pytest

from bluegreen.clients.digitalocean_answers import AppDeployment
from bluegreen.core.config.source import Image
from bluegreen.core.errors import Refused
from bluegreen.sources.image import ImageSource, pinned
from bluegreen_emulator.faults import Fault
from tests.build import BLUE, GREEN, service
from tests.chain.laptop import Laptop

SETTINGS = Image(kind="image", registry="holi", repository="web")


def test_a_tags_image_goes_live_pinned_by_its_digest():
    laptop = Laptop(images=True)
    laptop.push("v1.3.0")
    record = laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    service = laptop.digitalocean.app("holi-green").spec["services"][0]
    assert service["image"]["digest"] == record.on(GREEN).digest
    assert "tag" not in service["image"]
    assert service["envs"][0]["key"] == "DB_URL"
    assert not laptop.digitalocean.violations


def test_a_tag_without_an_image_is_rejected_and_says_what_is_missing():
    laptop = Laptop(images=True)
    laptop.repository.release("v1.3.0")
    laptop.invoke("deploy", {"tag": "v1.3.0"})
    laptop.drain()
    assert laptop.outcome("v1.3.0") == "rejected"
    assert "registry holi has no image web:v1.3.0" in laptop.reason("v1.3.0")


@pytest.mark.slow
def test_a_put_whose_answer_was_lost_is_found_again_and_not_sent_twice():
    laptop = Laptop(images=True)
    laptop.faults["digitalocean"].add(Fault(method="PUT", status=504, after_effect=True))
    laptop.push("v1.3.0")
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"
    assert laptop.deployments(GREEN) == 2
    assert laptop.record().on(BLUE).tag == "v1.2.0"


def test_only_the_image_of_the_service_is_changed():
    other = {"name": "mail", "image": {"registry_type": "DOCR", "repository": "mail", "tag": "1"}}
    ours = {"name": "web", "image": {"registry_type": "DOCR", "repository": "web", "tag": "v1"}, "envs": [{"key": "A"}]}
    spec = {"name": "holi", "services": [ours, other], "domains": [{"domain": "x"}]}
    found = pinned(spec, SETTINGS, "sha256:abc")
    assert found["services"][0]["image"] == {"registry_type": "DOCR", "repository": "web", "digest": "sha256:abc"}
    assert found["services"][1] == other
    assert found["domains"] == spec["domains"]
    assert spec["services"][0]["image"]["tag"] == "v1"


def test_every_component_that_runs_the_image_is_held_against_the_tag():
    web = {"registry_type": "DOCR", "repository": "web", "digest": "sha256:new"}
    found = ImageSource(service(source=SETTINGS.model_dump()), SETTINGS, None)

    def fault(job):
        spec = {"services": [{"name": "web", "image": web}], "jobs": [{"name": "migrate", "image": {**web, **job}}]}
        return found.fault(GREEN, AppDeployment(id="d", spec=spec), "", "sha256:new")

    assert fault({}) is None
    assert "pins sha256:new, sha256:old" in fault({"digest": "sha256:old"})
    assert "but the tag's image is sha256:new" in fault({"digest": "", "tag": "stable"})
    assert fault({"repository": "tools", "digest": "sha256:old"}) is None


def test_an_app_without_the_image_is_refused():
    with pytest.raises(Refused, match="no component with image web"):
        pinned({"services": [{"name": "web", "github": {}}]}, SETTINGS, "sha256:abc")


@pytest.mark.parametrize(("image_tag", "pushed"), [("{version}", "1.3.0"), ("web-{tag}", "web-v1.3.0")])
def test_ci_may_tag_images_its_own_way(image_tag, pushed):
    source = {"kind": "image", "registry": "holi", "repository": "web", "image_tag": image_tag}
    laptop = Laptop(images=True, source=source)
    laptop.digitalocean.push_image("web", pushed, laptop.repository.release("v1.3.0"))
    laptop.invoke("deploy", {"tag": "v1.3.0"})
    laptop.rest()
    assert laptop.outcome("v1.3.0") == "live"


@pytest.mark.parametrize(
    ("tag", "image_tag", "why"),
    [
        ("v1.3.0+5", "{tag}", "'v1.3.0+5' has '+' in it"),
        ("v1.3.0+5", "{version}", "'1.3.0+5' has '+' in it"),
        ("web/v1.3.0", "{tag}", "has '/' in it"),
        ("web@1.3.0", "{tag}", "has '@' in it"),
        ("v1.3.0", ".{tag}", "begins with '.'"),
        ("v1.3.0", "-{tag}", "begins with '-'"),
        ("v1.3.0", "x" * 123 + "{tag}", "has 129 characters, an image's tag at most 128"),
    ],
)
def test_a_tag_that_no_image_can_have_is_refused_with_the_reason(tag, image_tag, why):
    source = {"kind": "image", "registry": "holi", "repository": "web", "image_tag": image_tag}
    laptop = Laptop(images=True, source=source, tags={"pattern": "**"})
    laptop.repository.release(tag)
    refused = laptop.invoke("deploy", {"tag": tag})
    assert not refused["ok"]
    assert why in refused["what"]
    assert laptop.record().release is None


def test_the_longest_tag_that_an_image_can_have_is_taken():
    assert SETTINGS.model_copy(update={"image_tag": "x" * 122 + "{tag}"}).fault("v1.3.0") is None
    assert SETTINGS.fault("v1.3.0_x.y-z") is None


def test_an_image_tag_that_names_no_release_is_a_fault():
    with pytest.raises(ValueError, match="every release is the same image"):
        Image(kind="image", registry="holi", repository="web", image_tag="latest")
