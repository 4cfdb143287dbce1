import pytest


def failed_steps(steps):
    for step in steps:
        if step["status"] == "ERROR":
            yield step
            yield from failed_steps(step.get("steps", []))


def test_a_failing_deployment_says_why_deep_in_its_progress(setting):
    setting.cloud.fail_next_deployment("holi-green", "the probe got 503")
    old = setting.green.active
    made = setting.deploy()
    setting.clock.sleep(300)
    shown = setting.deployment(made["id"])
    assert shown["phase"] == "ERROR"
    assert shown["progress"]["error_steps"] == 1
    reasons = [step["reason"]["message"] for step in failed_steps(shown["progress"]["steps"]) if "reason" in step]
    assert reasons == ["a component could not be deployed", "the probe got 503"]
    assert setting.green.active is old
    again = setting.deploy()
    setting.clock.sleep(300)
    assert setting.deployment(again["id"])["phase"] == "ACTIVE"


def test_a_build_may_fail(setting):
    setting.cloud.fail_next_deployment("holi-green", "exit code 1", code="BuildJobFailed", phase="BUILDING")
    made = setting.deploy()
    setting.clock.sleep(300)
    shown = setting.deployment(made["id"])
    assert shown["phase"] == "ERROR"
    assert setting.api.get(f"/v2/apps/{setting.green.id}/deployments/{made['id']}/logs?type=DEPLOY").status_code == 400


def test_a_release_that_crashes_at_start_never_becomes_active(setting):
    setting.release("v1.2.0", crash=True)
    made = setting.deploy()
    setting.clock.sleep(300)
    assert setting.deployment(made["id"])["phase"] == "ERROR"
    assert setting.cloud.host.serving("holi-green").env["APP_VERSION"] == "v1.1.0"


def test_a_deployment_may_never_end(setting):
    setting.cloud.never_end("holi-green")
    made = setting.deploy()
    setting.clock.sleep(100_000)
    assert setting.deployment(made["id"])["phase"] == "DEPLOYING"


def test_a_phase_may_be_one_that_nobody_knows(setting):
    setting.cloud.odd_phase("holi-green", "WAITING_FOR_GODOT")
    path = f"/v2/apps/{setting.green.id}/deployments"
    made = setting.deploy()
    setting.clock.sleep(50)
    assert setting.api.get(f"{path}/{made['id']}").json()["deployment"]["phase"] == "WAITING_FOR_GODOT"
    setting.clock.sleep(50)
    assert setting.deployment(made["id"])["phase"] == "ACTIVE"


def test_another_commit_may_be_built_than_the_branch_names(setting):
    wanted = setting.release("v1.2.0")
    other = setting.repository.commit(message="unreviewed").sha
    setting.cloud.build_other_commit("holi-green", other)
    built = setting.deploy()["services"][0]["source_commit_hash"]
    assert built == other != wanted


@pytest.mark.parametrize("busy", ["supersede", "queue", "refuse"])
def test_somebody_else_may_supersede_ours(make, busy):
    setting = make(when_busy=busy)
    ours = setting.deploy()
    theirs = setting.cloud.supersede("holi-green")
    assert setting.deployment(ours["id"])["phase"] == "SUPERSEDED"
    assert setting.deployment(theirs.id)["cause_details"]["digitalocean_user_action"]["user"]["email"].startswith(
        "coll"
    )


def test_maintenance_changes_the_active_deployment_and_not_what_runs(setting):
    before = setting.green.active
    setting.cloud.maintenance("holi-green")
    setting.clock.sleep(100)
    active = setting.get(f"/v2/apps/{setting.green.id}")["app"]["active_deployment"]
    assert active["id"] != before.id
    assert active["cause_details"]["type"] == "MAINTENANCE"
    assert active["services"][0]["source_commit_hash"] == before.versions["web"].commit_hash


def test_the_platform_may_roll_back_by_itself(setting):
    setting.cloud.auto_rollback("holi-green")
    before = setting.green.active
    setting.release("v1.2.0")
    made = setting.deploy()
    setting.clock.sleep(600)
    active = setting.get(f"/v2/apps/{setting.green.id}")["app"]["active_deployment"]
    assert setting.deployment(made["id"])["phase"] == "ERROR"
    assert active["cause_details"]["type"] == "AUTO_ROLLBACK"
    assert active["services"][0]["source_commit_hash"] == before.versions["web"].commit_hash


def test_a_pinned_app_refuses_deployments(make):
    for status in (409, 422):
        setting = make(pinned_status=status)
        setting.cloud.pin("holi-green")
        assert "pinned_deployment" in setting.get(f"/v2/apps/{setting.green.id}")["app"]
        refused = setting.api.post(f"/v2/apps/{setting.green.id}/deployments", json={})
        assert (refused.status_code, "pinned" in refused.json()["message"]) == (status, True)
        setting.cloud.unpin("holi-green")
        setting.deploy()
