import pytest


@pytest.fixture
def image_app(setting, spec):
    commit = setting.repository.release("v1.2.0")
    setting.digest = setting.cloud.push_image("holi/api", "v1.2.0", commit)
    with_image = spec("holi-image")
    del with_image["services"][0]["github"]
    with_image["services"][0]["image"] = {"registry_type": "DOCR", "repository": "holi/api", "digest": setting.digest}
    return setting.cloud.create(with_image)


def test_tags_tell_their_digests_in_pages(setting, image_app):
    for number in range(25):
        setting.cloud.push_image("holi/api", f"v2.{number}.0", setting.repository.commit(f"v2.{number}.0"))
    path = "/v2/registries/holi/repositories/holi/api/tags"
    first = setting.get(path)
    assert first["meta"] == {"total": 26}
    assert len(first["tags"]) == 20
    assert len(setting.get(path, params={"page": 2})["tags"]) == 6
    assert first["tags"][0]["manifest_digest"] == setting.digest
    assert setting.get("/v2/registries/holi/repositories/holi%2Fapi/tags")["meta"] == {"total": 26}


def test_unknown_registries_and_repositories_are_not_found(setting, image_app):
    assert setting.api.get("/v2/registries/other/repositories/holi/api/tags").status_code == 404
    assert setting.api.get("/v2/registries/holi/repositories/other/tags").status_code == 404


def test_digests_list_the_tags_that_name_them(setting, image_app):
    setting.cloud.push_image("holi/api", "latest", setting.repository.commits[setting.repository.order[-1]])
    manifests = setting.get("/v2/registries/holi/repositories/holi/api/digests")["manifests"]
    assert [m["tags"] for m in manifests] == [["v1.2.0", "latest"]]


def test_a_digest_is_deployed_without_a_build_and_shown_in_the_spec(setting, image_app):
    digest = setting.cloud.push_image("holi/api", "v1.3.0", setting.repository.release("v1.3.0"))
    spec = setting.get(f"/v2/apps/{image_app.id}")["app"]["spec"]
    spec["services"][0]["image"]["digest"] = digest
    made = setting.put(f"/v2/apps/{image_app.id}", json={"spec": spec})["app"]["pending_deployment"]
    assert made["spec"]["services"][0]["image"]["digest"] == digest
    assert "source_commit_hash" not in made["services"][0]
    setting.clock.sleep(90)
    assert setting.cloud.app("holi-image").active.id == made["id"]


def test_a_tag_stays_at_its_digest_until_sources_are_updated(setting, image_app):
    spec = setting.get(f"/v2/apps/{image_app.id}")["app"]["spec"]
    spec["services"][0]["image"] = {"registry_type": "DOCR", "repository": "holi/api", "tag": "v1.2.0"}
    setting.put(f"/v2/apps/{image_app.id}", json={"spec": spec})
    moved = setting.cloud.push_image("holi/api", "v1.2.0", setting.repository.release("v1.2.1"))
    setting.put(f"/v2/apps/{image_app.id}", json={"spec": spec})
    assert image_app.versions["web"].digest == setting.digest
    setting.put(f"/v2/apps/{image_app.id}", json={"spec": spec, "update_all_source_versions": True})
    assert image_app.versions["web"].digest == moved
