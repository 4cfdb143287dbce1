from datetime import timedelta


def test_a_git_build_takes_four_minutes_through_all_phases(setting):
    setting.release("v1.2.0")
    made = setting.deploy()
    seen = [made["phase"]]
    for _ in range(50):
        setting.clock.sleep(5)
        phase = setting.deployment(made["id"])["phase"]
        seen += [phase] if phase != seen[-1] else []
    assert seen == ["PENDING_BUILD", "BUILDING", "PENDING_DEPLOY", "DEPLOYING", "ACTIVE"]
    took = setting.green.active.since - setting.green.active.created_at
    assert took == timedelta(seconds=240)


def test_what_was_built_before_is_deployed_without_a_build(setting):
    made = setting.deploy()
    setting.clock.sleep(6)
    assert setting.deployment(made["id"])["phase"] == "DEPLOYING"
    setting.clock.sleep(85)
    assert setting.deployment(made["id"])["phase"] == "ACTIVE"
    setting.clock.sleep(1)
    forced = setting.post(f"/v2/apps/{setting.green.id}/deployments", json={"force_build": True})["deployment"]
    setting.clock.sleep(6)
    assert setting.deployment(forced["id"])["phase"] == "BUILDING"


def test_a_deployment_names_the_commit_that_the_branch_had_when_it_was_made(setting):
    sha = setting.release("v1.2.0")
    made = setting.deploy()
    setting.release("v1.3.0")
    setting.clock.sleep(300)
    assert setting.deployment(made["id"])["services"] == [{"name": "web", "source_commit_hash": sha}]
    assert setting.cloud.host.serving("holi-green").env["APP_VERSION"] == "v1.2.0"


def test_slots_say_which_deployment_is_where(setting):
    setting.release("v1.2.0")
    old = setting.get(f"/v2/apps/{setting.green.id}")["app"]["active_deployment"]["id"]
    made = setting.deploy()["id"]
    app = setting.get(f"/v2/apps/{setting.green.id}")["app"]
    assert app["pending_deployment"]["id"] == made
    assert "in_progress_deployment" not in app
    setting.clock.sleep(10)
    app = setting.get(f"/v2/apps/{setting.green.id}")["app"]
    assert app["in_progress_deployment"]["id"] == made
    assert "pending_deployment" not in app
    assert app["active_deployment"]["id"] == old
    setting.clock.sleep(300)
    app = setting.get(f"/v2/apps/{setting.green.id}")["app"]
    assert app["active_deployment"]["id"] == made
    assert setting.deployment(old)["phase"] == "SUPERSEDED"


def test_progress_counts_leaves_and_ends_complete(setting):
    setting.release("v1.2.0")
    made = setting.deploy()
    assert made["progress"]["pending_steps"] == made["progress"]["total_steps"] == 6
    setting.clock.sleep(10)
    assert setting.deployment(made["id"])["progress"]["running_steps"] == 1
    setting.clock.sleep(300)
    progress = setting.deployment(made["id"])["progress"]
    assert progress["success_steps"] == progress["total_steps"]
    assert [step["name"] for step in progress["steps"]] == ["build", "deploy"]


def test_a_newer_deployment_supersedes_the_one_in_progress(setting):
    first, second = setting.deploy(), setting.deploy()
    assert setting.deployment(first["id"])["phase"] == "SUPERSEDED"
    setting.clock.sleep(300)
    assert setting.deployment(second["id"])["phase"] == "ACTIVE"


def test_where_the_setting_says_so_a_newer_deployment_waits(make):
    setting = make(when_busy="queue")
    first = setting.deploy()
    setting.clock.sleep(6)
    second = setting.deploy()
    setting.clock.sleep(86)
    assert setting.deployment(first["id"])["phase"] == "ACTIVE"
    assert setting.deployment(second["id"])["phase"] in ("PENDING_BUILD", "DEPLOYING")
    setting.clock.sleep(100)
    assert setting.deployment(second["id"])["phase"] == "ACTIVE"


def test_where_the_setting_says_so_a_newer_deployment_is_refused(make):
    setting = make(when_busy="refuse")
    setting.deploy()
    assert setting.api.post(f"/v2/apps/{setting.green.id}/deployments", json={}).status_code == 409


def test_a_cancelled_deployment_leaves_the_active_one(setting):
    made = setting.deploy()
    path = f"/v2/apps/{setting.green.id}/deployments/{made['id']}/cancel"
    assert setting.post(path)["deployment"]["phase"] == "CANCELED"
    assert setting.green.active.phase == "ACTIVE"
    assert setting.api.post(path).status_code == 400


def test_restart_deploys_the_same_artefact(setting):
    before = setting.green.active.versions
    made = setting.post(f"/v2/apps/{setting.green.id}/restart", json={})["deployment"]
    assert made["cause_details"]["digitalocean_user_action"]["name"] == "RESTART"
    setting.clock.sleep(100)
    assert setting.deployment(made["id"])["phase"] == "ACTIVE"
    assert setting.green.active.versions == before


def test_deployments_are_listed_newest_first_by_type_and_in_pages(setting):
    made = [setting.deploy()["id"] for _ in range(3)]
    setting.cloud.maintenance("holi-green")
    path = f"/v2/apps/{setting.green.id}/deployments"
    listed = setting.get(path, params={"page": 1, "per_page": 2})
    assert [d["cause_details"]["type"] for d in listed["deployments"]] == ["MAINTENANCE", "MANUAL"]
    assert listed["meta"] == {"total": 5}
    assert "page=2" in listed["links"]["pages"]["next"]
    manual = setting.get(path, params={"deployment_types": "MANUAL"})["deployments"]
    assert [d["id"] for d in manual][:3] == made[::-1]


def test_a_source_that_deploys_on_push_deploys_by_itself(setting, spec):
    source = {"repo": "holi/web", "branch": "main", "deploy_on_push": True}
    app = setting.cloud.create(spec("holi-main", github=source))
    setting.repository.release("v9.0.0")
    setting.cloud.tick()
    assert app.deployments[-1].cause.type == "DEPLOY_ON_PUSH"
    setting.clock.sleep(300)
    assert len(setting.cloud.app("holi-main").deployments) == 2


def test_events_tell_of_deployments(setting):
    made = setting.deploy()
    event = setting.get(f"/v2/apps/{setting.green.id}/events")["events"][0]
    assert event["deployment_id"] == made["id"]
    assert setting.get(f"/v2/apps/{setting.green.id}/events/{event['id']}")["event"]["type"] == "DEPLOYMENT"
