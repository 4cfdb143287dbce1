import json
import os
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from bluegreen_emulator.digitalocean.contract_differences import differences
from bluegreen_emulator.digitalocean.contract_notation import expanded, shortened
from bluegreen_emulator.digitalocean.contract_reader import TABLE, calls_of, document, read
from bluegreen_emulator.digitalocean.contract_table import described, main
from bluegreen_emulator.digitalocean.contract_text import text

_BESIDE = Path(__file__).parents[3] / "../shared/reference/openapi/digitalocean-subset.json"


def find_description(beside=_BESIDE):
    """DigitalOcean's API description: the file that BLUEGREEN_OPENAPI names, or the one beside the repository."""
    named = os.environ.get("BLUEGREEN_OPENAPI")
    return Path(named) if named else beside if beside.is_file() else None


@pytest.fixture
def description():
    path = find_description()
    if path is None:
        pytest.skip(
            "DigitalOcean's API description is not part of this project; to hold contract.yml against it, "
            "bundle github.com/digitalocean/openapi into one JSON file and name that in BLUEGREEN_OPENAPI"
        )
    return json.loads(path.read_text())


@pytest.mark.slow
def test_the_table_says_what_the_description_says(description):
    assert differences(document(read()), description) == []
    assert text(described(description, calls_of(read()))) == TABLE.read_text()


def test_a_description_that_is_named_goes_before_the_one_beside(monkeypatch, tmp_path):
    beside, named = tmp_path / "beside.json", tmp_path / "named.json"
    monkeypatch.delenv("BLUEGREEN_OPENAPI", raising=False)
    assert find_description(beside) is None
    beside.write_text("{}")
    assert find_description(beside) == beside
    monkeypatch.setenv("BLUEGREEN_OPENAPI", str(named))
    assert find_description(beside) == named  # and reading it fails, where it is not there: that is not skipped


# Below, a part of the table stands for a description that it was made from, so that these run everywhere.
CALLS = ("GET /v2/tags", "POST /v2/apps/propose", "POST /v2/load_balancers", "PUT /v2/load_balancers/{lb_id}")
SPEC = "types.app_spec.properties"
PROPOSE, TAGS = "operations.0", "operations.3"
CHANGES = [
    (f"{SPEC}.disable_edge_cache", "string", "body.spec.disable_edge_cache type: string in the table, boolean in"),
    (f"{SPEC}.colour", "string", "body.spec.colour: only the table says so"),
    (f"{SPEC}.domains", None, "body.spec.domains: only the description says so"),
    (f"{SPEC}.region.enum", ["fra"], "body.spec.region enum nyc: only the description says so"),
    (f"{SPEC}.name!.maxLength", 33, "body.spec.name maxLength: 33 in the table, 32 in the description"),
    (f"{SPEC}.name!.pattern", "^x", "body.spec.name pattern: ^x in the table"),
    (f"{SPEC}.jobs", ["app_worker_spec"], "body.spec.jobs[].kind: only the description says so"),
    ("types.app_propose.properties.more!", "string", "body required more: only the table says so"),
    ("types.glb_settings.properties.region_priorities.additionalProperties", "string", "region_priorities.* type: s"),
    (f"{TAGS}.query.per_page.maximum", 100, "query.per_page maximum: 100 in the table, 200 in the description"),
    (f"{TAGS}.query.colour", "string", "query.colour: only the table says so"),
    (f"{TAGS}.scopes", ["tag:create"], "scope tag:read: only the description says so"),
    (f"{TAGS}.answers", {200: None}, "answer 200: without content in the table, with content in the description"),
    (f"{TAGS}.calls", ["GET /v2/nothing"], "GET /v2/nothing: the description does not have this call"),
    (f"{PROPOSE}.body!", None, "body: only the description says so"),
]


@pytest.fixture(scope="module")
def table():
    part = described(document(read()), CALLS)
    assert [entry["calls"] for entry in part["operations"]] == [[c] for c in sorted(CALLS, key=lambda c: c.split()[1])]
    return part


def changed(table, where, value):
    table = deepcopy(table)
    *path, last = (int(part) if part.isdigit() else part for part in where.split("."))
    inner = table
    for part in path:
        inner = inner[part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return table


@pytest.mark.parametrize(("where", "value", "said"), CHANGES, ids=[where for where, _, _ in CHANGES])
def test_a_fact_that_differs_is_named_with_its_call_and_its_path(table, where, value, said):
    found = differences(document(changed(table, where, value)), document(table))
    assert [line for line in found if said in line], found
    assert all("/v2/" in line.partition(": ")[0] for line in found)


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (f"{SPEC}.colour", "string", "POST /v2/apps/propose: body.spec.colour: only the description says so"),
        (f"{SPEC}.domains", None, "POST /v2/apps/propose: body.spec.domains: only the table says so"),
        (f"{TAGS}.query.colour", "string", "GET /v2/tags: query.colour: only the description says so"),
        (f"{TAGS}.scopes", ["tag:create"], "GET /v2/tags: scope tag:read: only the table says so"),
        (f"{PROPOSE}.body!", None, "POST /v2/apps/propose: body: only the table says so"),
    ],
)
def test_what_only_the_one_or_the_other_has_is_found_in_both_directions(table, where, value, said):
    found = differences(document(table), document(changed(table, where, value)))
    assert [line for line in found if said in line], found


def test_a_difference_of_several_calls_is_told_once(table):
    found = differences(
        document(changed(table, "types.forwarding_rule.properties.tls_passthrough", "string")), document(table)
    )
    assert [line for line in found if "body.forwarding_rules" in line] == [
        "POST /v2/load_balancers and 1 more: body.forwarding_rules[].tls_passthrough type: "
        "string in the table, boolean in the description"
    ]


def test_the_command_tells_the_differences_and_writes_the_table(table, tmp_path, capsys):
    description, ours = tmp_path / "description.json", tmp_path / "contract.yml"
    description.write_text(json.dumps(document(table)))
    ours.write_text(yaml.safe_dump(changed(table, f"{SPEC}.region", "integer")))
    assert main([str(description), "--table", str(ours)]) == 1
    assert "body.spec.region type: integer in the table, string in the description" in capsys.readouterr().out

    assert main([str(description), "--table", str(ours), "--write"]) == 0
    assert main([str(description), "--table", str(ours)]) == 0
    assert read(ours) == table


def test_the_table_is_laid_out_as_the_command_writes_it():
    assert text(described(document(read()), calls_of(read()))) == TABLE.read_text()


def test_a_call_may_be_added_and_has_to_be_described(table, tmp_path):
    description, ours = tmp_path / "description.json", tmp_path / "contract.yml"
    description.write_text(json.dumps(document(table)))
    ours.write_text("operations: []\ntypes: {}\n")
    assert main([str(description), "--table", str(ours), "--write", "--add", "GET /v2/tags"]) == 0
    assert calls_of(read(ours)) == ["GET /v2/tags"]
    with pytest.raises(KeyError, match="the description does not have GET /v2/nothing"):
        main([str(description), "--table", str(ours), "--write", "--add", "GET /v2/nothing"])


@pytest.mark.parametrize("wrong", [{"type": "string", "enmu": ["a"]}, {"properties": {"a": {"exclusiveMinimum": 1}}}])
def test_a_word_that_the_notation_does_not_have_is_refused(wrong):
    for read_or_written in (expanded, shortened):
        with pytest.raises(ValueError, match=r"has no word for (enmu|exclusiveMinimum)"):
            read_or_written(wrong)


def test_the_table_has_facts_and_no_prose():
    """What expands it refuses `description`, `title`, `example`, and whatever else no check of a request reads."""
    types = read()["types"].values()
    assert all(isinstance(expanded(notation), dict) for notation in types)
