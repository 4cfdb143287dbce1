"""The rules, each with a code that stays."""

from bluegreen.core.migrations.rules import busy, removed, rows, stricter

ALL = {rule.code: rule for family in (removed, stricter, busy, rows) for rule in family.ALL}
