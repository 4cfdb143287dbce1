import pytest


def test_a_log_is_at_the_end_of_a_url_that_needs_no_token(setting):
    setting.release("v1.2.0")
    setting.cloud.fail_next_deployment("holi-green", "exit code 1", code="BuildJobFailed", phase="BUILDING")
    made = setting.deploy()
    setting.clock.sleep(300)
    path = f"/v2/apps/{setting.green.id}/deployments/{made['id']}/logs"
    answer = setting.get(path, params={"type": "BUILD", "follow": "false", "tail_lines": "1"})
    assert "live_url" not in answer
    del setting.api.headers["Authorization"]
    text = setting.api.get(answer["historic_urls"][0]).text
    assert text.count("\n") == 1
    assert "BuildJobFailed: exit code 1" in text


def test_a_log_that_still_grows_has_a_live_url(setting):
    setting.release("v1.2.0")
    made = setting.deploy()
    setting.clock.sleep(20)
    path = f"/v2/apps/{setting.green.id}/deployments/{made['id']}/components/web/logs"
    assert setting.get(path, params={"type": "BUILD"})["live_url"].startswith("http")


@pytest.mark.parametrize(("kind", "status"), [("BUILD", 400), ("DEPLOY", 400), ("RUN", 200), ("RUN_RESTARTED", 400)])
def test_a_phase_that_was_not_reached_or_was_skipped_has_no_log(setting, kind, status):
    assert setting.api.get(f"/v2/apps/{setting.green.id}/logs", params={"type": kind}).status_code == status


def test_the_type_is_required_and_components_must_exist(setting):
    path = f"/v2/apps/{setting.green.id}/components/nobody/logs"
    assert setting.api.get(path, params={"type": "RUN"}).status_code == 404
    assert setting.api.get(f"/v2/apps/{setting.green.id}/logs").status_code in (400, 422)
