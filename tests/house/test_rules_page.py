"""docs/migrations/rules.md is what the rules say."""

from bluegreen.core.migrations import rules
from tests.house import rules_page


def test_the_page_is_made_from_the_rules():
    assert rules_page.PAGE.read_text() == rules_page.written(), "make house ARGS=--write"


def test_every_rule_stands_there_with_both_examples():
    text = rules_page.written()
    for rule in rules.ALL.values():
        assert f"### {rule.code} {rule.name}\n" in text
        assert rule.bad in text
        assert rule.good in text
