"""Section `migrations`: which files of the repository are migrations, and what is done about dangerous ones."""

import re
from enum import Enum
from functools import cache
from typing import Annotated, Any

from pydantic import Field, model_validator

from bluegreen.core.model import Frozen

Glob = Annotated[str, Field(pattern=r"^[^/\s][^\n]*$")]


class MigrationPolicy(Enum):
    REFUSE = "refuse"
    WARN = "warn"
    OFF = "off"


class MigrationSettings(Frozen):
    """`migrations: [db/*.sql]` is short for its files."""

    files: tuple[Glob, ...] = ()  # paths in the repository: `*` stays in a folder, `**` crosses them; none: not judged
    policy: MigrationPolicy = MigrationPolicy.REFUSE  # what is done about a dangerous one

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        """YAML reads `policy: off` as false."""
        if isinstance(written, list | tuple):
            return {"files": written}
        if isinstance(written, dict) and written.get("policy") is False:
            return {**written, "policy": "off"}
        return written

    @property
    def judged(self) -> bool:
        return bool(self.files) and self.policy is not MigrationPolicy.OFF

    def named(self, path: str) -> bool:
        return any(_expression(pattern).fullmatch(path) for pattern in self.files)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    meant = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return re.compile("".join(meant.get(part, re.escape(part)) for part in parts))
