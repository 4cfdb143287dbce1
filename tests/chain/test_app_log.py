"""A deployment that fails: people read what the app said last, and how to read the rest."""

import pytest

from bluegreen.core.release import LOG_KEPT
from bluegreen.steps.app_log import excerpt, last_words
from tests.chain.laptop import Laptop

STARTED = "web 2026-11-24T20:07:53.843823Z"
CRASH = f"""{STARTED} booting worker 1
{STARTED} Traceback (most recent call last):
{STARTED}   File "/app/main.py", line 3, in <module>
{STARTED} fatal: the variable CHECKOUT_URL is not set
"""


class Log:
    """DigitalOcean, as far as it is asked for a log: of one phase."""

    def __init__(self, kind, text):
        self._kind, self._text = kind, text

    def build_log(self, app, deployment, kind, lines):
        return self._text.splitlines()[-lines:] if kind == self._kind else []


def test_the_apps_last_words_come_first_and_the_rest_is_beside_them():
    laptop = Laptop()
    laptop.digitalocean.fail_next_deployment("holi-green", f"the container keeps exiting\n{CRASH}", phase="DEPLOYING")
    laptop.push("v1.3.0")
    laptop.rest()

    past = laptop.record().past[0]
    assert past.reason.split(" is ERROR: ")[1].startswith("fatal: the variable CHECKOUT_URL is not set (")
    [*lines, more] = past.log.splitlines()
    assert lines[-4:] == [
        "booting worker 1",
        "Traceback (most recent call last):",
        '  File "/app/main.py", line 3, in <module>',
        "fatal: the variable CHECKOUT_URL is not set",
    ]
    app = laptop.apps[laptop.record().idle]
    assert more.startswith(f"more: doctl apps logs {app} --deployment ")
    assert more.endswith(" --type deploy")
    told = next(m["payload"] for m in laptop.slack.messages if "deployment failed" in m["payload"]["text"])
    assert "fatal: the variable CHECKOUT_URL is not set" in str(told["attachments"][0]["fields"])
    assert laptop.invoke("status")["services"]["web"]["past"][0]["log"] == past.log


def test_only_the_newest_of_the_past_keeps_its_log():
    laptop = Laptop()
    for tag in ("v1.3.0", "v1.4.0"):
        laptop.digitalocean.fail_next_deployment("holi-green", tag)
        laptop.push(tag)
        laptop.rest()
    assert [bool(past.log) for past in laptop.record().past] == [True, False]


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        (f"{STARTED} fatal: x", "fatal: x"),
        ("[web] [2026-11-24 20:07:53 +0000] fatal: x", "fatal: x"),
        ("2026-11-24T20:07:53+02:00 fatal: x", "fatal: x"),
        ("2026-11-24 20:07:53,123 fatal: x", "fatal: x"),
        ("fatal: x", "fatal: x"),
        ("\x1b[31mfatal:\x1b[0m \x07x", "fatal: x"),
        ("PASSWORD=\x1b[1mhunter2hunter2\x1b[0m", "PASSWORD=[hidden]"),
        ("20 of 30 failed", "20 of 30 failed"),
    ],
)
def test_times_are_left_out(line, bare):
    assert excerpt(Log("DEPLOY", line), "app-1", "dep-1").splitlines()[0] == bare


@pytest.mark.parametrize(
    "lines",
    [
        ("- key: DB_PASSWORD", "  value: hunter2hunter2"),
        ('{"password":', '  "hunter2hunter2"}'),
        ("password: |", "   hunter2hunter2"),
        ("pass\x1b[2Jword=hunter2hunter2",),
    ],
)
def test_a_credential_over_several_lines_is_found_behind_their_times(lines):
    text = excerpt(Log("DEPLOY", "\n".join(f"{STARTED} {line}" for line in lines)), "app-1", "dep-1")
    assert "hunter2" not in text
    assert "[hidden]" in text


def test_a_line_without_end_is_not_read_to_its_end():
    text = excerpt(Log("DEPLOY", "key: " * 400_000 + "\nfatal: x"), "app-1", "dep-1")
    assert last_words(text) == "fatal: x"


def test_where_it_never_came_to_deploying_the_build_says_why():
    text = excerpt(Log("BUILD", "npm ERR! missing script: build"), "app-1", "dep-1")
    assert text.splitlines() == [
        "npm ERR! missing script: build",
        "more: doctl apps logs app-1 --deployment dep-1 --type build",
    ]


def test_a_log_without_end_is_cut_at_its_beginning():
    text = excerpt(Log("DEPLOY", "\n".join(f"{number} {'x' * 300}" for number in range(100))), "app-1", "dep-1")
    assert "99 xxx" in text
    assert "80 xxx" not in text
    assert len(text) < LOG_KEPT + 100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Error: no such table\n    at Pool.query (pool.js:3)\n    at main (index.js:9)", "Error: no such table"),
        ("Traceback (most recent call last):\n  File \"x\"\nKeyError: 'URL'", "KeyError: 'URL'"),
        ("  only\n  frames", "frames"),
        ("", ""),
    ],
)
def test_what_says_most(text, words):
    assert last_words(f"{text}\nmore: doctl apps logs a --deployment d --type deploy") == words
