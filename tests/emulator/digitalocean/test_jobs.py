def with_job(setting, command):
    spec = setting.get(f"/v2/apps/{setting.green.id}")["app"]["spec"]
    image = {"registry_type": "DOCKER_HUB", "registry": "curlimages", "repository": "curl", "tag": "8"}
    envs = [{"key": "WHO", "value": "${APP_ID}"}, {"key": "KEY", "type": "SECRET", "value": "s3cret"}]
    job = {"name": "nudge", "kind": "POST_DEPLOY", "image": image, "run_command": command, "envs": envs}
    setting.put(f"/v2/apps/{setting.green.id}", json={"spec": spec | {"jobs": [job]}})
    setting.clock.sleep(300)
    setting.cloud.tick()
    setting.cloud.jobs.wait()


def test_a_post_deploy_job_runs_once_the_deployment_is_live(setting):
    with_job(setting, 'echo "$WHO $KEY"')
    [run] = setting.cloud.jobs.runs
    assert (run.phase, run.output) == ("SUCCEEDED", f"{setting.green.id} s3cret\n")
    assert run.deployment == setting.green.active.id


def test_a_job_that_fails_is_told_and_leaves_the_deployment(setting):
    with_job(setting, "exit 3")
    assert setting.cloud.jobs.runs[0].phase == "FAILED"
    assert setting.green.active.phase == "ACTIVE"


def test_jobs_can_be_switched_off(make):
    setting = make(run_jobs=False)
    with_job(setting, "true")
    assert setting.cloud.jobs.runs == []
