"""Every check of the doctor: its name, what it rests on, and who makes it. In this order they are run and told."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bluegreen_cli.doctor import (
    apps,
    doctl,
    expiry,
    github_checks,
    insights,
    people,
    platform,
    releases,
    settings_checks,
    slack_bot,
    store_checks,
    traffic,
    upgrades,
)
from bluegreen_cli.doctor.findings import Finding
from bluegreen_cli.doctor.patient import Patient


class DoctorCheck(NamedTuple):
    """Where one of `needs` is at fault, or was not looked at, neither is this."""

    name: str
    needs: tuple[str, ...]
    ask: Callable[[Patient], Iterator[Finding]]


_SETTINGS = ("bluegreen.yml", "settings filled in", "settings as deployed", "secrets", "functions' settings")

# fmt: off
CHECKS = (
    DoctorCheck("bluegreen.yml",        (),                       settings_checks.configuration),
    DoctorCheck(".env",                 (),                       settings_checks.env_file),
    DoctorCheck("settings filled in",   (".env",),                settings_checks.filled_in),
    DoctorCheck("settings as deployed", (".env",),                settings_checks.read_by_the_deployer),
    DoctorCheck("secrets",              ("settings filled in",),  settings_checks.strong),
    DoctorCheck("functions' settings",  _SETTINGS[:4],            settings_checks.of_each_function),
    DoctorCheck("layout",               ("functions' settings",), settings_checks.hardened),
    DoctorCheck("checks declared",      ("bluegreen.yml",),       settings_checks.checks_declared),
    DoctorCheck("secrets in checks",    ("bluegreen.yml",),       settings_checks.secrets_in_checks),

    DoctorCheck("state bucket",         _SETTINGS,                store_checks.state_bucket),
    DoctorCheck("bucket versions",      ("state bucket",),        store_checks.versioning),
    DoctorCheck("telemetry bucket",     _SETTINGS,                store_checks.telemetry_bucket),
    DoctorCheck("routers",              ("telemetry bucket",),    store_checks.routers),

    DoctorCheck("apps",                 _SETTINGS,                apps.there),
    DoctorCheck("addresses of apps",    ("apps",),                apps.at_their_addresses),
    DoctorCheck("pins",                 ("apps",),                apps.pinned),
    DoctorCheck("deployable",           ("apps",),                apps.deployable),
    DoctorCheck("equal apps",           ("apps", "state bucket"), apps.equal),

    DoctorCheck("production",           _SETTINGS,                traffic.answers),
    DoctorCheck("adopt",                ("production", "state bucket"), traffic.adopted),
    DoctorCheck("traffic setting",      _SETTINGS,                traffic.setting),

    DoctorCheck("repository",           _SETTINGS,                github_checks.repository),
    DoctorCheck("token may write",      ("repository",),          github_checks.may_write),
    DoctorCheck("tags",                 ("repository",),          github_checks.tags),
    DoctorCheck("branches",             ("repository",),          github_checks.branches),
    DoctorCheck("workflows",            ("repository", "state bucket"), github_checks.workflows),
    DoctorCheck("GitHub token's end",   ("repository",),          expiry.github_token),
    DoctorCheck("webhook",              ("repository",),          github_checks.webhook),

    DoctorCheck("functions key",        _SETTINGS,                platform.key),
    DoctorCheck("functions key's end",  ("functions key",),       expiry.functions_key),
    DoctorCheck("functions deployed",   ("functions key",),       platform.deployed),
    DoctorCheck("schedule",             ("functions key",),       platform.schedule),

    DoctorCheck("Insights",             _SETTINGS,                insights.signals),
    DoctorCheck("Insights' alerts",     _SETTINGS,                insights.alerts),

    DoctorCheck("channels",             _SETTINGS,                people.secrets_set),
    DoctorCheck("Slack",                _SETTINGS,                people.slack),
    DoctorCheck("Slack's bot",          _SETTINGS,                slack_bot.bot),
    DoctorCheck("Slack's buttons",      _SETTINGS,                slack_bot.buttons),
    DoctorCheck("notices delivered",    ("state bucket",),        people.delivered),

    DoctorCheck("health",               ("apps", "state bucket"), releases.healthy),
    DoctorCheck("way back",             ("state bucket",),        releases.way_back),
    DoctorCheck("release in flight",    ("state bucket",),        releases.under_way),

    DoctorCheck("apps of the journal",  ("state bucket",),        upgrades.apps),
    DoctorCheck("services left behind", ("state bucket",),        upgrades.services),
    DoctorCheck("one namespace",        ("state bucket",),        upgrades.namespaces),
    DoctorCheck("versions",             ("state bucket",),        upgrades.versions),
    DoctorCheck("doctl",                (),                       doctl.version),
)
# fmt: on
