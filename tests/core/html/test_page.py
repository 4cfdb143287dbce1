"""A page takes time in proportion to its size, and well-formed pages read as the standard library reads them."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluegreen.core.html import page
from bluegreen.core.html.markup import Closed, Opened, Text, parts

SIZE = 6_000  # characters
MARKUP = [
    *(
        "<",
        "</",
        "</ ",
        "</a ",
        "<!",
        "<!--",
        "<!-- -->",
        "<!x",
        "<![",
        "<![CDATA[",
        "]]>",
        "<?",
        "<?x>",
        '"',
        "a=",
        " ",
    ),
    *(
        "<a ",
        "<a\n",
        "<a/",
        "<a<",
        "<a =",
        "<a b=c ",
        "<a b='",
        '<a b="',
        "<a b=\"c' ",
        " =",
        "<textarea>",
        "<plaintext>",
    ),
    *("&", "&#", "&#1", "&#x", "&#0", "&amp", "<script></x ", "<script><!--<script>", "</script>", "<!--<script>x-->"),
]
NESTED = [
    *(
        "<p>x",
        "<p>",
        "<p>x</b>",
        "</p>",
        "<p hidden>",
        "<b>",
        "<a>",
        "<b><p>",
        "<b><p></b>",
        "<li>",
        "<h1>",
        "<ruby><rt>",
    ),
    *("<div>", "<form>", "<form><p></form>", "<form></p>", "<details>", "<summary>", "<details><summary>", "<option>"),
    *("<svg><title>x", "<svg><p>", "<svg><desc>", "<svg><![CDATA[", "x<title>", "<title>x</title>", "<template>"),
    *(
        "<table>",
        "<td>",
        "<table><td>",
        "<table>x",
        "<table><b>",
        "<tr><td>",
        "</table>",
        "<table><form>",
        "<body hidden>",
    ),
    *("<button>x", "<p role=button>", "<button><p>", "<button></p>", "<img alt=x>", "<p aria-label=x>", "<p style=';"),
]
BEGUN = [*((begin, unit) for begin in ("", "<a ") for unit in MARKUP), *(("", unit) for unit in NESTED)]
BEGUN += [
    (begin, unit) for begin in ("<svg>", "<table>", "<button>") for unit in ("<p>x", "x", "<b>", "<form>", "<g/>")
]


def seconds(html):
    """Of this process alone: what else the machine does is not in it."""
    begun = time.process_time()
    page.read(html)
    return time.process_time() - begun


def keeps_pace(small, large):
    """The least of three each; of the large page none is read again once one was fast enough."""
    most = 10 * min(seconds(small) for _ in range(3)) + 0.05
    return any(seconds(large) < most for _ in range(3))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("begin", "unit"), BEGUN)
def test_four_times_the_page_takes_four_times_as_long(begin, unit):
    small, large = ((begin + unit * (size // len(unit))) for size in (SIZE, 4 * SIZE))
    assert keeps_pace(small, large)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit", ["(", "()", "'", '"x', "/*", "*/", ";", ":", "a", "display:", "display:none;", " ", "!", "\\"]
)
@pytest.mark.parametrize("begin", ["<p style=`", "<p style=`display:none"])
def test_so_does_a_style(begin, unit):
    quote = '"' if "'" in unit else "'"
    small, large = (begin.replace("`", quote) + unit * (size // len(unit)) + quote + ">x" for size in (SIZE, 4 * SIZE))
    assert keeps_pace(small, large)


class Library(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append(Opened(tag, dict(reversed(attrs)), False))

    def handle_startendtag(self, tag, attrs):
        self.found.append(Opened(tag, dict(reversed(attrs)), True))

    def handle_endtag(self, tag):
        self.found.append(Closed(tag))

    def handle_data(self, data):
        self.found.append(Text(data))


def by_library(html):
    """Without what stands in scripts: nobody sees it."""
    library = Library()
    library.feed(html)
    library.close()
    return library.found


WORDS = st.text("ab é=/'\n", min_size=1, max_size=6) | st.sampled_from(
    ["&amp;", "&eacute;", "&#65;", "a &lt; b", "5 > 4"]
)
VALUES = st.builds('"{}"'.format, WORDS | st.just("")) | st.sampled_from(["'a \"b\"'", "plain", "/path"])
NAMES = st.sampled_from(["class", "hidden", "data-x", "TYPE", "style", "@click", "x:y"])
ATTRIBUTES = st.lists(
    NAMES | st.builds("{}={}".format, NAMES, VALUES) | st.builds("{} = {}".format, NAMES, VALUES), max_size=3
)
TAGS = st.sampled_from(["p", "DIV", "button", "h1", "x-y", "section", "svg", "template"])


def element(inner):
    return st.builds(
        lambda tag, given, inside: f"<{' '.join([tag, *given])} >{''.join(inside)}</{tag}>",
        TAGS,
        ATTRIBUTES,
        st.lists(inner, max_size=3),
    )


ALONE = st.builds(lambda given: f"<{' '.join(['input', *given])} />", ATTRIBUTES) | st.sampled_from(
    ["<br>", "<br/>", "<!-- <p> a -- b -->", "<!DOCTYPE html>", "<?xml version='1.0'?>"]
)
PAGES = st.lists(st.recursive(WORDS | ALONE, element, max_leaves=12), max_size=4).map("".join)


@pytest.mark.slow
@settings(max_examples=5 * settings.default.max_examples)
@given(PAGES)
def test_a_well_formed_page_reads_as_with_the_standard_library(html):
    assert [*parts(html)] == by_library(html)


def test_a_script_is_left_out_and_what_follows_is_read():
    html = "<script>if (a < b) '<p>no</p>' </scripts> </SCRIPT ><p>yes</p><style>p > a { }</style>!"
    assert page.read(html).text == "yes !"


@pytest.mark.parametrize("rest", ["<!-- x", "<a b='x", "<a b", "</a", "<!x", "<?x", "<![CDATA[x", "<script>x"])
def test_what_is_not_closed_is_the_end_of_the_page(rest):
    assert page.read(f"<button>Sign in</button>{rest}") == page.Page("", ("Sign in",), "Sign in")


@pytest.mark.parametrize(
    "before",
    ["<![if !IE]>", "<!-->", "<!--->", "<!-- a --!>", "<!-- a -- b -->", "<![CDATA[x]]>", "<?xml version='1.0'?>"],
)
def test_what_is_no_tag_hides_only_itself(before):
    assert page.read(f"{before}<b>Welcome</b>").text == "Welcome"


@pytest.mark.slow
def test_a_page_of_more_tags_than_any_person_reads_is_not_read_to_its_end():
    assert page.read(f"<p>a{'<b>' * 100_000}b").text == "a"
