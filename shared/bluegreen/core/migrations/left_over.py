"""What migrations leave to a later release: `-- bluegreen: cleanup ALTER TABLE t DROP COLUMN c`, or files for later."""

import re
from collections.abc import Sequence

from bluegreen.core.data_jobs.stored import CleanUp
from bluegreen.core.migrations import scanning
from bluegreen.core.migrations.gate import MigrationFile

_CLEAN_UP = r"(?i)^bluegreen:\s*cleanup\b[\s:,-]*(\S.*)$"


def clean_ups(tag: str, run: Sequence[MigrationFile], later: Sequence[MigrationFile]) -> list[CleanUp]:
    """`run`: what the release runs, and says of it; `later`: what no release runs yet, statement by statement."""
    said = [
        CleanUp(tag=tag, path=file.path, statement=match[1].strip())
        for file in run
        for piece in scanning.pieces(file.text)
        for comment in piece.comments
        if (match := re.match(_CLEAN_UP, comment.says))
    ]
    stand = [
        CleanUp(tag=tag, path=file.path, statement=statement, stands=True)
        for file in later
        for statement in statements([file])
    ]
    return [*said, *stand]


def statements(files: Sequence[MigrationFile]) -> list[str]:
    found = (scanning.uncommented(piece.text) for file in files for piece in scanning.pieces(file.text))
    return [flat for text in found if (flat := " ".join(text.split()))]
