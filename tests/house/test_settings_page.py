"""docs/settings.md says every setting that is read, and nothing that is not."""

import yaml

from bluegreen.settings import File
from bluegreen_cli.stage import ROOT
from tests.house.settings_page import PAGE, comments, sections, written


def test_it_is_up_to_date():
    assert PAGE.read_text() == written(), "make house ARGS=--write makes it anew"


def test_every_setting_of_the_example_is_on_the_page():
    example = yaml.safe_load((ROOT / "bluegreen.yml").read_text())["services"]["web"]
    page = PAGE.read_text()

    assert [name for name in example if f"| `{name}` |" not in page] == []
    assert [name for name in example["watch"] if f"| `{name}` |" not in page] == []


def test_what_is_said_beside_a_field_is_on_the_page():
    page = PAGE.read_text().replace("\\|", "|")

    assert File in [model for _, model in sections()]
    assert [said for _, model in sections() for said in comments(model).values() if said not in page] == []
