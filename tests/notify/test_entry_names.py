"""Entries of `notify` by name: a name of its own stays, wherever the entry stands."""

import pytest

from bluegreen.core.config.notify import named
from bluegreen.core.errors import Misconfigured
from tests.chain.laptop import Laptop
from tests.notify.test_silent_channels import ROLLED_BACK, minutes, rolled_back, silent

SLACK, PAGER = {"kind": "slack"}, {"kind": "pager", "service": "webhook"}


def names(*entries):
    return [*named(Laptop(notify=[*entries]).settings.file.services["web"].notify)]


def test_without_a_name_an_entry_is_called_by_kind_and_place():
    assert names(SLACK, {"kind": "github"}, SLACK, PAGER, SLACK) == ["slack", "github", "slack-2", "pager", "slack-3"]


def test_a_name_changes_no_other_entry_s():
    assert names({**SLACK, "name": "releases"}, SLACK, {**SLACK, "name": "on-call"}) == [
        "releases",
        "slack-2",
        "on-call",
    ]


@pytest.mark.bad_input("settings", "two entries of `notify` with one name", "refused, with the name")
@pytest.mark.parametrize(
    "entries",
    [({**SLACK, "name": "ours"}, {"kind": "github", "name": "ours"}), ({**SLACK, "name": "slack-2"}, SLACK)],
)
def test_two_of_one_name_are_refused(entries):
    with pytest.raises(Misconfigured, match=r"two entries are called (ours|slack-2)"):
        names(*entries)


@pytest.mark.parametrize("name", ["On call", "2", "-x", "x" * 40])
def test_a_name_is_a_short_word(name):
    with pytest.raises(Misconfigured, match="name"):
        names({**SLACK, "name": name})


@pytest.mark.slow
def test_what_waits_for_a_named_entry_waits_although_the_one_before_it_is_removed():
    second = {"kind": "slack", "name": "on-call", "channel": "#on-call"}
    laptop = silent(status=503, notify=[SLACK, second])
    rolled_back(laptop)
    moved = Laptop(notify=[second])
    laptop.settings = moved.settings
    laptop.faults["slack"].clear()
    minutes(laptop, 20)
    told = [each["payload"]["text"] for each in laptop.slack.messages if each["payload"].get("channel") == "#on-call"]
    assert ROLLED_BACK in told
    assert not laptop.record().outbox
