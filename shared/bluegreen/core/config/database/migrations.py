"""Section `migrations`: which files of the repository are migrations, and what is done about dangerous ones."""

import re
from enum import Enum
from functools import cache
from typing import Annotated, Any

from pydantic import Field, model_validator

from bluegreen.core.config.units import Duration
from bluegreen.core.model import Frozen

Glob = Annotated[str, Field(pattern=r"^[^/\s][^\n]*$")]


_WANTED = "either workflow is wanted, such as backfill.yml, or app, the id of an app apart, and job, its PRE_DEPLOY job"


class MigrationPolicy(Enum):
    REFUSE = "refuse"
    WARN = "warn"
    OFF = "off"


class DataJobSettings(Frozen):
    """What is started once a release is proven, such as the filling of old rows: a workflow, or an app of its own."""

    workflow: str = Field(default="", pattern=r"^$|^[\w.-]+\.ya?ml$")  # at the tag, with the inputs tag and release
    app: str = ""  # an app apart from blue and green, whose deployment runs the job …
    job: str = ""  # … its PRE_DEPLOY job
    within: Duration = 3600.0  # what it may take

    @model_validator(mode="after")
    def _one_way(self) -> "DataJobSettings":
        if bool(self.workflow) == bool(self.app) or bool(self.app) != bool(self.job):
            given = [name for name in ("workflow", "app", "job") if getattr(self, name)]
            raise ValueError(f"{_WANTED}; here {' and '.join(given) or 'none of them'} stands")
        return self

    @property
    def name(self) -> str:
        return self.workflow or self.job


class MigrationSettings(Frozen):
    """`migrations: [db/*.sql]` is short for its files."""

    files: tuple[Glob, ...] = ()  # paths in the repository: `*` stays in a folder, `**` crosses them; none: not judged
    policy: MigrationPolicy = MigrationPolicy.REFUSE  # what is done about a dangerous one
    code: tuple[
        Glob, ...
    ] = ()  # what releases run, where a name may stand that goes; `!` takes away; none: all but prose
    after: DataJobSettings | None = None  # started once the release is proven
    cleanup: tuple[Glob, ...] = ()  # SQL that no release runs yet: what is left to a later one

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
        return any(fits(pattern, path) for pattern in self.files) and not self.for_later(path)

    def for_later(self, path: str) -> bool:
        return any(fits(pattern, path) for pattern in self.cleanup)

    def may_hold(self, folder: str) -> bool:
        """Whether a migration may lie below a folder, with `/` behind it."""
        fixed = [re.split(r"[*?]", pattern)[0].rpartition("/")[0] for pattern in (*self.files, *self.cleanup)]
        return any(folder.startswith(f"{start}/" if start else "") or f"{start}/".startswith(folder) for start in fixed)


def fits(pattern: str, path: str) -> bool:
    """`*` stays in a folder, `**` crosses them."""
    return _expression(pattern).fullmatch(path) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    meant = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    return re.compile("".join(meant.get(part, re.escape(part)) for part in parts))
