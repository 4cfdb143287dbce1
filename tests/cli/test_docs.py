"""`bluegreen docs`: what is printed is YAML, has every setting, and is what the schema takes."""

from typing import Annotated

import pytest
import yaml
from pydantic import TypeAdapter
from typer.testing import CliRunner

from bluegreen.settings import File, read
from bluegreen_cli.docs.printed import names, printed
from bluegreen_cli.docs.schema import fields, kind_of, sections
from bluegreen_cli.main import app
from bluegreen_cli.stage import ROOT


def docs(*words):
    return CliRunner().invoke(app, ["docs", *words])


def inside(document):
    """What stands in the innermost section of a document."""
    while isinstance(document, dict) and len(document) == 1 and isinstance(next(iter(document.values())), dict | list):
        document = next(iter(document.values()))
    return document[0] if isinstance(document, list) else document


def test_without_a_section_all_are_listed():
    done = docs()
    assert done.exit_code == 0
    listed = [line.split(" ")[0] for line in done.output.split("\n\n")[0].splitlines()]
    assert listed == list(names())
    assert {"state", "watch", "checks.health", "traffic", "notify"} <= set(listed)


@pytest.mark.parametrize("name", names())
def test_a_section_is_yaml_with_every_setting_of_it(name):
    done = docs(name)
    documents = list(yaml.safe_load_all(done.output))

    assert done.exit_code == 0
    assert len(documents) == len(names()[name])
    for document, (_, model) in zip(documents, names()[name], strict=True):
        assert set(inside(document)) == {own for own, _ in fields(model)}
        assert inside(document).get("kind", "") == kind_of(model)


@pytest.mark.parametrize(("path", "model"), [(path, model) for path, model in sections() if model is not File])
def test_the_defaults_that_are_printed_are_what_the_schema_takes_and_has(path, model):
    name = next(each for each, found in names().items() if (path, model) in found)
    place = [found for _, found in names()[name]].index(model)
    said = {k: v for k, v in inside(list(yaml.safe_load_all(printed(name)))[place]).items() if v is not None}

    for own, field in fields(model):
        if own in said and not field.is_required():
            taken = TypeAdapter(Annotated[field.annotation, field.title, *field.metadata]).validate_python(said[own])
            assert taken == field.get_default(call_default_factory=True), own


@pytest.mark.parametrize(
    ("typed", "meant"), [("wach", "watch"), ("checks.helth", "checks.health"), ("Traffic", "traffic")]
)
def test_an_unknown_section_is_refused_with_the_nearest_word(typed, meant):
    done = docs(typed)
    assert (done.exit_code, f"was {meant} meant?" in done.output) == (2, True), done.output


def test_a_section_printed_by_itself_can_be_put_into_the_example():
    example = yaml.safe_load((ROOT / "bluegreen.yml").read_text())
    for name in ("watch", "deadlines", "thresholds", "options"):
        section = next(yaml.safe_load_all(docs(name).output))["services"]["web"][name]
        example["services"]["web"][name] = {key: value for key, value in section.items() if value is not None}
    assert read(example)[1] == []


def test_what_has_names_of_ones_own_says_so_and_how_many():
    said = " ".join(docs("file").output.replace("#", "").split())
    assert "services: for each name: a section, at least 1; has to be given" in said
