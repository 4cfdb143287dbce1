"""docs/router.md names every setting, with the default that it has."""

import re

from pydantic_core import PydanticUndefined

from bluegreen_cli.stage import ROOT
from bluegreen_router.settings import Settings

PAGE = (ROOT / "docs/router.md").read_text()
ROWS = dict(re.findall(r"(?m)^\| `([A-Z_]+)` \| ([^|]+) \|", PAGE))
IN_WORDS = {"BLUEGREEN_INSTANCE": "the host's name", "BLUEGREEN_RUN_DIR": "a fresh one"}


def shown(field) -> str:
    if field.is_required():
        return "needed"
    if field.default is None:
        return "none"
    return "in words" if field.default is PydanticUndefined else f"`{field.default}`"


def test_every_setting_stands_there_with_its_default():
    fields = {str(field.alias): shown(field) for field in Settings.model_fields.values()}

    assert {name: IN_WORDS.get(name, default) for name, default in fields.items()} == ROWS
