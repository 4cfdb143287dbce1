"""A text in statements: none is lost, and each has its line and its comments."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluegreen.core.migrations.scanning import pieces
from bluegreen.core.migrations.tree import Unparsable, parsed


def texts(text):
    return [piece.text.strip() for piece in pieces(text) if piece.text.strip()]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a; b", ["a;", "b"]),
        ("SELECT ';'; b;", ["SELECT ';';", "b;"]),
        ("SELECT E'\\';'; b;", ["SELECT E'\\';';", "b;"]),
        ('SELECT ";"; b;', ['SELECT ";";', "b;"]),
        ("DO $$ a; b; $$; c;", ["DO $$ a; b; $$;", "c;"]),
        ("DO $q$ $$;$$ $q$; c;", ["DO $q$ $$;$$ $q$;", "c;"]),
        ("CREATE RULE r AS ON INSERT TO a DO (b; c); d;", ["CREATE RULE r AS ON INSERT TO a DO (b; c);", "d;"]),
        ("x BEGIN ATOMIC a; CASE b END; c; END; d;", ["x BEGIN ATOMIC a; CASE b END; c; END;", "d;"]),
        ("BEGIN; a; END; b;", ["BEGIN;", "a;", "END;", "b;"]),
    ],
)
def test_a_semicolon_ends_a_statement_only_where_it_does_for_psql(text, wanted):
    assert texts(text) == wanted


def test_comments_belong_to_the_statement_behind_them_or_on_their_line():
    first, second = pieces("-- one\n-- two\na; -- three\n-- four\nb;")
    assert [comment.says for comment in first.comments] == ["one", "two", "three"]
    assert [comment.says for comment in second.comments] == ["four"]
    assert (first.line, second.line) == (3, 5)


def test_rows_of_copy_are_no_statements():
    assert texts("COPY a FROM stdin;\n1\tDROP TABLE x;\n\\.\nSELECT 1;") == ["COPY a FROM stdin;", "SELECT 1;"]


@settings(max_examples=200, deadline=None)
@given(st.text("ab;'\"$-/*\n\\() E", max_size=40))
def test_nothing_but_comments_and_commands_of_psql_is_lost(text):
    kept = "".join(piece.text + piece.meta for piece in pieces(text))
    assert [c for c in kept if c in "ab"] or not [c for c in _without_comments(text) if c in "ab"]


def _without_comments(text):
    return "" if "--" in text or "/*" in text or "\\." in text else text


@pytest.mark.parametrize("text", ["\0", "SELECT 1\0; DROP TABLE a", "/* /* x */ DROP TABLE a;", "SELECT 1; /* open"])
def test_what_the_parser_would_not_see_is_not_readable_rather_than_nothing(text):
    def read():
        for piece in pieces(text):
            parsed(piece.text)

    with pytest.raises(Unparsable):
        read()


def test_each_of_many_lines_has_its_number():
    text = "\n".join(["-- a note", "SELECT 1;"] * 2000)
    assert [piece.line for piece in pieces(text)] == list(range(2, 4001, 2))
