import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Misconfigured
from bluegreen_router.settings import Settings, names, unknown

GIVEN = {
    "PORT": "8080",
    "BLUEGREEN_SERVICE": "web",
    "BLUEGREEN_BLUE_URL": "https://web-blue-x1y2z.ondigitalocean.app",
    "BLUEGREEN_GREEN_URL": "https://web-green-x1y2z.ondigitalocean.app/",
    "BLUEGREEN_STATE_ENDPOINT": "https://fra1.digitaloceanspaces.com",
    "BLUEGREEN_STATE_REGION": "fra1",
    "BLUEGREEN_STATE_BUCKET": "web-state",
    "BLUEGREEN_TELEMETRY_BUCKET": "web-telemetry",
    "BLUEGREEN_SPACES_KEY": "key-of-spaces",
    "BLUEGREEN_SPACES_SECRET": "secret-of-spaces",
}


def faults(**more: str) -> str:
    with pytest.raises(Misconfigured) as told:
        Settings.from_environment({**GIVEN, **more})
    return str(told.value)


def test_the_least_that_is_needed_is_enough():
    settings = Settings.from_environment(GIVEN)

    assert settings.origins[Environment.BLUE].hostport == "web-blue-x1y2z.ondigitalocean.app:443"
    assert settings.origins[Environment.GREEN].authority == "web-green-x1y2z.ondigitalocean.app"
    assert (settings.probe_path, settings.probes_per_second, settings.poll_seconds) == ("/api/health", 2.5, 0.5)
    assert settings.fallback is None
    assert settings.instance


def test_an_empty_variable_is_as_good_as_none():
    assert Settings.from_environment({**GIVEN, "BLUEGREEN_PREVIEW_SECRET": ""}).preview_secret is None


def test_all_faults_come_in_one_message_without_values():
    with pytest.raises(Misconfigured) as told:
        Settings.from_environment(
            {
                "PORT": "eighty",
                "BLUEGREEN_BLUE_URL": "https://user:hunter2@blue.example/path",
                "BLUEGREEN_GREEN_URL": "http://green.example",
                "BLUEGREEN_PREVIEW_SECRET": "shorty",
                "BLUEGREEN_FALLBACK_ENVIRONMENT": "purple",
                "BLUEGREEN_POLL_SECONDS": "0",
                "BLUEGREEN_NUDGE_URL": "https://faas.example/hooks/deployment",
            }
        )
    message = str(told.value)

    for name in (
        *("PORT", "BLUEGREEN_SERVICE", "BLUEGREEN_BLUE_URL", "BLUEGREEN_STATE_ENDPOINT", "BLUEGREEN_STATE_BUCKET"),
        *("BLUEGREEN_SPACES_KEY", "BLUEGREEN_SPACES_SECRET", "BLUEGREEN_PREVIEW_SECRET", "BLUEGREEN_POLL_SECONDS"),
        *("BLUEGREEN_FALLBACK_ENVIRONMENT", "BLUEGREEN_NUDGE_SECRET", "BLUEGREEN_TELEMETRY_BUCKET"),
    ):
        assert f"{name}: " in message
    assert "must both be http or both be https" in message
    for value in ("eighty", "hunter2", "shorty", "purple", "green.example"):
        assert value not in message


def test_two_environments_at_one_address_are_refused():
    assert "must differ" in faults(BLUEGREEN_GREEN_URL=GIVEN["BLUEGREEN_BLUE_URL"])


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x",
        "blue.example",
        "https://a b",
        "https://x/path",
        "https://x:port",
        "http://{x}",
        "https://x..y",
        f"https://{64 * 'x'}.y",
    ],
)
def test_an_environment_is_a_plain_origin(url: str):
    assert "BLUEGREEN_BLUE_URL: " in faults(BLUEGREEN_BLUE_URL=url)


def test_secrets_do_not_show_when_settings_are_printed():
    shown = repr(Settings.from_environment({**GIVEN, "BLUEGREEN_PREVIEW_SECRET": "preview-secret"}))

    assert "secret-of-spaces" not in shown
    assert "preview-secret" not in shown


def test_a_slip_of_the_pen_is_found_and_other_programs_variables_are_not():
    assert unknown({**GIVEN, "BLUEGREEN_PREVEIW_SECRET": "x", "HOME": "/root"}) == ["BLUEGREEN_PREVEIW_SECRET"]


def test_every_setting_has_its_variable():
    assert set(GIVEN) <= set(names())


@pytest.mark.parametrize("names", ["api_key", "api_*, app.version", "x_signature"])
def test_headers_with_unusual_names_may_be_expected(names: str):
    assert Settings.from_environment({**GIVEN, "BLUEGREEN_UNUSUAL_HEADERS": names}).unusual_headers == names


@pytest.mark.parametrize(
    "names", ["*", "api-key", "a_b,,c_d", "a b_c", "a_b\nx", "_x*y", "X_Forwarded_*", "x_*", "x_real.ip"]
)
def test_but_not_any_and_none_that_passes_for_the_routers_own(names: str):
    assert "BLUEGREEN_UNUSUAL_HEADERS: must" in faults(BLUEGREEN_UNUSUAL_HEADERS=names)


def test_when_the_fallback_serves_is_one_of_two():
    assert "BLUEGREEN_FALLBACK_WHEN: must be 'empty' or 'unreachable'" in faults(BLUEGREEN_FALLBACK_WHEN="always")
