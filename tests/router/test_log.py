import json

from bluegreen_router.log import Log


def said(capsys) -> list[str]:
    return [json.loads(line)["what"] for line in capsys.readouterr().out.splitlines()]


def test_trouble_is_said_when_it_changes(capsys):
    log = Log("web", "r")
    for what in ("", "no answer", "no answer", "403", "", ""):
        log.trouble("journal", what)

    assert said(capsys) == ["no answer", "403", "journal is well again"]


def test_trouble_that_comes_and_goes_does_not_fill_the_log(capsys):
    log = Log("web", "r")
    for number in range(1000):
        log.trouble("journal", ("no answer", "403", "")[number % 3])

    assert len(said(capsys)) == 3


def test_topics_do_not_hide_one_another(capsys):
    log = Log("web", "r")
    log.trouble("journal", "no answer")
    log.trouble("telemetry", "no answer")

    assert said(capsys) == ["no answer", "no answer"]
