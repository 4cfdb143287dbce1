"""The story of the shared database: a dangerous migration, its safe form, and a contract that closes the way back."""

import time

from bluegreen.core.phases import Phase
from bluegreen.core.record import PastRelease
from bluegreen_demo.event import Mood
from bluegreen_demo.proven import proven
from bluegreen_demo.stories import Stage, push, rests, serves
from bluegreen_demo.watcher import NotHappened

PATH = "db/V2__middle_name.sql"
DANGEROUS = 'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255) NOT NULL;\n'
SAFE = 'ALTER TABLE "Patient" ADD COLUMN "middleName" VARCHAR(255);\n'
CONTRACT = '-- bluegreen: contract nothing reads it any more\nALTER TABLE "Patient" DROP COLUMN "nickname";\n'


def migrated(stage: Stage, dangerous: str, safe: str, contract: str) -> None:
    """Three tags, each with one migration."""
    _refused(stage, dangerous)
    stage.cloud.migrate(safe, PATH, SAFE)
    push(stage, safe, Phase.LIVE)
    _said(stage, safe, rests(stage, safe))
    proven(stage, safe)
    stage.cloud.migrate(contract, "db/V3__no_nickname.sql", CONTRACT)
    push(stage, contract, Phase.LIVE)
    serves(stage, contract)
    _no_way_back(stage, contract)
    rests(stage, contract)


def _refused(stage: Stage, tag: str) -> None:
    before = stage.cloud.deployments()
    stage.cloud.migrate(tag, PATH, DANGEROUS)
    push(stage, tag, Phase.REJECTED)
    _said(stage, tag, rests(stage, tag))
    if stage.cloud.deployments() != before:
        raise NotHappened(f"something was deployed for {tag}, whose migration was to be refused")


def _said(stage: Stage, tag: str, past: PastRelease) -> None:
    mood = Mood.BAD if past.outcome is Phase.REJECTED else Mood.GOOD
    stage.printer.say("gate", f"{tag} was {past.outcome.value}", past.reason, mood)


def _no_way_back(stage: Stage, tag: str) -> None:
    answer = stage.cloud.invoke("rollback").json()
    stage.printer.say("a person", f"asks for a rollback below {tag}", str(answer.get("what", "")), Mood.BAD)
    stage.printer.say("a person", "is told what is left", str(answer.get("next", "")))
    time.sleep(1)
    if answer.get("ok") or "below the rollback floor" not in str(answer.get("what")):
        raise NotHappened(f"a rollback below the floor of {tag} was not refused: {answer}")
