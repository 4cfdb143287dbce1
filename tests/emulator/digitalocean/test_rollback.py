def rolled_forward(setting):
    """Green goes from v1.1.0 to v1.2.0. Returns the first deployment's id."""
    first = setting.green.active.id
    setting.release("v1.2.0")
    setting.deploy()
    setting.clock.sleep(300)
    setting.cloud.tick()
    return first


def roll_back(setting, target, **more):
    body = {"deployment_id": target, **more}
    return setting.post(f"/v2/apps/{setting.green.id}/rollback", json=body)["deployment"]


def running(setting):
    setting.clock.sleep(300)
    setting.cloud.tick()
    return setting.cloud.host.serving("holi-green").env["APP_VERSION"]


def test_a_rollback_is_a_new_deployment_that_pins_the_app(setting):
    made = roll_back(setting, rolled_forward(setting))
    assert made["cause_details"]["type"] == "MANUAL_ROLLBACK"
    assert running(setting) == "v1.1.0"
    assert setting.get(f"/v2/apps/{setting.green.id}")["app"]["pinned_deployment"]["id"] == made["id"]
    assert setting.api.post(f"/v2/apps/{setting.green.id}/deployments", json={}).status_code == 409


def test_commit_keeps_the_rollback_and_unpins(setting):
    roll_back(setting, rolled_forward(setting))
    assert setting.api.post(f"/v2/apps/{setting.green.id}/rollback/commit").status_code == 204
    assert running(setting) == "v1.1.0"
    setting.deploy()


def test_revert_goes_back_to_the_newest_and_unpins(setting):
    roll_back(setting, rolled_forward(setting))
    assert running(setting) == "v1.1.0"
    setting.post(f"/v2/apps/{setting.green.id}/rollback/revert")
    assert running(setting) == "v1.2.0"
    assert "pinned_deployment" not in setting.get(f"/v2/apps/{setting.green.id}")["app"]


def test_skip_pin_commits_at_once(setting):
    roll_back(setting, rolled_forward(setting), skip_pin=True)
    assert setting.green.pinned is None
    assert running(setting) == "v1.1.0"


def test_validate_says_why_a_rollback_is_impossible(make):
    setting = make(revision_limit=1)
    path = f"/v2/apps/{setting.green.id}/rollback/validate"

    def validate(target):
        return setting.post(path, json={"deployment_id": target})

    first = rolled_forward(setting)
    assert validate(first) == {"valid": True}
    setting.cloud.fail_next_deployment("holi-green", "no")
    failed = setting.deploy()["id"]
    setting.clock.sleep(300)
    assert validate(failed)["error"]["code"] == "incompatible_result"
    waiting = setting.deploy()["id"]
    assert validate(waiting)["error"]["code"] == "incompatible_phase"
    setting.clock.sleep(300)
    assert validate(first)["error"]["code"] == "exceeded_revision_limit"
    setting.cloud.pin("holi-green")
    assert validate(first)["error"]["code"] == "app_pinned"
    assert setting.api.post(f"/v2/apps/{setting.green.id}/rollback", json={"deployment_id": first}).status_code == 422


def test_an_image_without_a_digest_is_warned_of(setting, spec):
    setting.cloud.push_image("holi/api", "latest", setting.repository.release("v5.0.0"))
    with_tag = spec("holi-tag")
    del with_tag["services"][0]["github"]
    with_tag["services"][0]["image"] = {"registry_type": "DOCR", "repository": "holi/api", "tag": "latest"}
    app = setting.cloud.create(with_tag)
    first = app.active.id
    setting.deploy(app)
    setting.clock.sleep(100)
    answer = setting.post(f"/v2/apps/{app.id}/rollback/validate", json={"deployment_id": first})
    assert [w["code"] for w in answer["warnings"]] == ["image_source_missing_digest"]


def test_without_a_pin_commit_and_revert_are_refused(setting):
    for verb in ("commit", "revert"):
        assert setting.api.post(f"/v2/apps/{setting.green.id}/rollback/{verb}").status_code == 422
