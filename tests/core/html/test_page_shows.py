"""What a page shows is what a browser shows of it: a line of these tables is a page that was, or might be, misread."""

import pytest

from bluegreen.core.html import page

TEXTS = {
    "a page may leave out what every page has": [
        ("<title>T</title><p>x", "x"),
        ("<head><title>T</title><p>x</p>", "x"),
        ("<html><head><link rel=icon><body>x", "x"),
        ("x</body></html>y", "xy"),
        ("<div>x</body>y</div>", "xy"),
        ("<head hidden><p>x", "x"),
        ("<body hidden>x", ""),
        ("<html style='display:none'><body>x", ""),
        ("<body style='visibility:hidden'>x<p style='visibility:visible'>y", "y"),
    ],
    "words run together across comments and inline elements": [
        ("Hello <!-- -->Ann<!-- -->!", "Hello Ann!"),
        ("<b>W</b>elcome", "Welcome"),
        ("<a href=/>Sign</a><em>-</em><span>in</span>", "Sign-in"),
        ("3<sup>rd</sup> x<wbr>y", "3rd xy"),
        ("a<script>1</script>b<p hidden>2</p>c<template>3</template>d", "abcd"),
        ("so&shy;ft&#8203;ly", "softly"),
        ("a&nbsp;b\n c", "a b c"),
    ],
    "blocks, cells and boxes stand apart": [
        ("<h1>a</h1><p>b</p>c", "a b c"),
        ("a<br>b<br/>c</br>d", "a b c d"),
        ("<td>a<table><td>b<td>c<tr><td>d</table>e", "a b c d e"),
        ("<ul><li>a<li>b</ul>c", "a b c"),
        ("<div>a<div>b</div>c</div>", "a b c"),
        ("<select><option>a<option>b</select>c", "a b c"),
        ("<button>a</button><button>b</button>c", "a b c"),
        ("a<hr>b<img>c<input>d", "a b c d"),
        ("a</p>b", "a b"),
        ("<span style='display:block'>a</span>b", "a b"),
        ("<div style='display:inline'>a</div>b", "ab"),
        ("a<span style='visibility:hidden'>x</span>b", "ab"),
        ("a<p style='visibility:hidden'>x</p>b", "a b"),
    ],
    "a style hides as a browser reads it": [
        ("<p style=display:none>x", ""),
        ("<p STYLE='DISPLAY : None '>x", ""),
        ("<p style='color:red;\ndisplay\n:\nnone;'>x", ""),
        ("<p style='visibility:collapse'>x", ""),
        ("<p style='content-visibility:hidden'>x", ""),
        ("<p style='backface-visibility:hidden'>x", "x"),
        ("<p style='--display:none'>x", "x"),
        ("<p style='display:none-such'>x", "x"),
        ("<p style='display:none;display:block'>x", "x"),
        ("<p style='display:block;display:none'>x", ""),
        ("<p style='display:none;display:nonsense'>x", ""),
        ("<p style='display:none!important;display:block'>x", ""),
        ("<p style='display:none ! IMPORTANT ;display:block'>x", ""),
        ("<p style='display:block!important;display:none'>x", "x"),
        ("<p style='display:none!important;display:block!important'>x", "x"),
        ("<p style='display:none !importan'>x", "x"),
        ("<p style='/* display:none */'>x", "x"),
        ("<p style='dis/**/play:none'>x", "x"),
        ("<p style='display:/*;*/none'>x", ""),
        ('<p style="background:url(a;display:none)">x', "x"),
        ("<p style='content:\"; display:none\"'>x", "x"),
        ("<p style='visibility:hidden'>x<b style='visibility:visible'>y</b>z", "y"),
        ("<p style='display:none'>x<b style='display:block'>y</b>z", ""),
        ("<p hidden style='display:block'>x", "x"),
        ("<p style='display:none' style='display:block'>x", ""),
        ("<p style='display&colon;none'>x", ""),
    ],
    "an attribute hides": [
        ("<p hidden>x", ""),
        ("<p HIDDEN=until-found>x", ""),
        ("<p hidden=false>x", ""),
        ("<p hidden/>x", ""),
        ("<p popover>x", ""),
        ("<p aria-hidden=true>x", "x"),
        ("<p data-hidden>x", "x"),
        ("<svg display=none><text>x</text></svg>y", "y"),
        ("<svg><g visibility=hidden><text>x</text></g></svg>y", "y"),
    ],
    "end tags may be left out": [
        ("<p hidden>a<p>b", "b"),
        ("<p hidden>a<div>b", "b"),
        ("<p hidden><b>a<ul><li>b", "b"),
        ("<li hidden>a<li>b", "b"),
        ("<li hidden><p>a<li>b", "b"),
        ("<ul><li hidden>a<ul><li>b</ul><li>c</ul>", "c"),
        ("<dl><dt hidden>a<dd>b<dt>c</dl>", "b c"),
        ("<table><tr><td hidden>a<td>b<th hidden>c<th>d", "b d"),
        ("<table><tr hidden><td>a<tr><td>b", "b"),
        ("<table><thead hidden><tr><td>a<tbody><tr><td>b<tfoot hidden><td>c", "b"),
        ("<table><caption hidden>a<tr><td>b", "b"),
        ("<table><td><div hidden>a<td>b", "b"),
        ("<table><td hidden>a<table><td>b</table>c<td>d", "d"),
        ("<select><option hidden>a<option>b<optgroup hidden><option>c<optgroup><option>d", "b d"),
        ("<ruby>a<rp hidden>(<rt>b<rp>)</ruby>", "ab"),
        ("<h1 hidden>a<h2>b", "b"),
        ("<h1 hidden>a</h2>b", "b"),
        ("<a hidden>a<a>b", "b"),
        ("<button hidden>a<button>b", "b"),
        ("<div hidden><p>a</div>b", "b"),
        ("<div hidden><span>a</div>b", "b"),
    ],
    "an end tag ends nothing that it cannot reach": [
        ("<div hidden>a</p>b</div>c", "c"),
        ("<div hidden>a</span>b</div>c", "c"),
        ("<span hidden><div>a</span>b</div>c</span>d", "d"),
        ("<div hidden><table><td>a</div>b</table>c</div>d", "d"),
        ("<ul hidden><li>a<ul></li>b</ul></ul>c", "c"),
        ("<div hidden><b><div>a</b></div>b</div>c", "c"),
        ("<div hidden><form><div>a</form></div>b</div>c", "c"),
        ("<form><div hidden>a</form>b</div>c", "c"),
        ("<form hidden>a</form>b", "b"),
        ("<form>a<form hidden>b", "ab"),
        ("<button hidden><p>a</button>b", "b"),
        ("</div></p></table>a", "a"),
    ],
    "a slash ends an element only in a drawing": [
        ("<div hidden/>a</div>b", "b"),
        ("<script src=x />a</script>b", "b"),
        ("<script/>a", ""),
        ("<svg hidden/>a", "a"),
        ("<svg><g display=none /><text>a</text></svg>b", "a b"),
        ("<svg><path/><script/></svg>a", "a"),
    ],
    "some content is never seen": [
        ("<dialog>a</dialog>b", "b"),
        ("<dialog open>a</dialog>b", "a b"),
        ("<details><summary>a</summary>b<p>c</details>d", "a d"),
        ("<details open><summary>a</summary>b</details>c", "a b c"),
        ("<details>a<summary>b</summary><summary>c</summary></details>", "b"),
        ("<details><div><summary>a</summary></div></details>b", "b"),
        ("<details hidden><summary>a</summary></details>b", "b"),
        *(
            (f"a<{tag}>x</{tag}>", "a")
            for tag in ("iframe", "noembed", "noframes", "noscript", "video", "audio", "canvas")
        ),
        *(
            (f"a<{tag}>x</{tag}>", "a")
            for tag in ("datalist", "template", "object", "style", "script", "meter", "progress")
        ),
        ("<noscript><p hidden></noscript>a", "a"),
        ("<iframe><!--</iframe>a", "a"),
        ("<template><div></template>a", "a"),
        ("<script><!-- '<script></script>' --></script>a", "a"),
        ("<script>'<!--'</script>a", "a"),
        ("<script>'<!-->'; '<script>'</script>a", "a"),
    ],
    "some content is text alone": [
        ("<textarea><p hidden>&amp;</textarea>a", "<p hidden>& a"),
        ("<xmp><p>&amp;</xmp>a", "<p>&amp; a"),
        ("<title><p hidden></title>a", "a"),
        ("<textarea hidden></textarea>a", "a"),
        ("<plaintext>a</plaintext><p>", "a</plaintext><p>"),
    ],
    "drawings and formulas": [
        ("<svg><title>x</title><desc>y</desc><defs><text>z</text></defs></svg>a", "a"),
        ("<svg>x<g>y<text>a<tspan>b</tspan></text></g></svg>c", "ab c"),
        ("<svg><text><![CDATA[a < b]]></text></svg>", "a < b"),
        ("<svg><foreignObject><p hidden>x<p>a</foreignObject></svg>", "a"),
        ("<svg hidden><g><p>a", "a"),
        ("<svg hidden></p>a", "a"),
        ("<svg><title>x</svg>a", "a"),
        ("<svg><style>x</style><script>'</svg>a", "a"),
        ("<math><mi>a</mi><annotation>x</annotation></math>", "a"),
    ],
    "what stands between a table's cells is shown before it": [
        ("<table hidden>a<tr>b<td>c</table>d", "abd"),
        ("<table hidden>\n <tr> <td>c</table>d", "d"),
        ("<table hidden><div>a</div><tr><td>b</table>c", "a c"),
        ("<table hidden><form><tr><td>b</form></table>c", "c"),
        ("<table hidden><tr><td>a<table><td>b</table></table>c", "c"),
        ("<table hidden><table><td>a", "a"),
        ("<div><tr hidden><td hidden>a", "a"),
    ],
    "what is no tag is text or nothing": [
        ("a < b <3 <", "a < b <3 <"),
        ("a</>b</ x>c<!x>d<?x?>e", "abcde"),
        ("<![CDATA[a > b]]>", "b]]>"),
        ("<p a==b hidden>x", ""),
        ("<p\xa0hidden>x", "x"),
        (f"&#{'9' * 5000};", f"&#{'9' * 5000};"),
    ],
}

BUTTONS = {
    "what is a button": [
        ("<button>a</button>", ["a"]),
        ("<INPUT TYPE=SUBMIT VALUE=a>", ["a"]),
        ("<a ROLE=BUTTON>a</a>", ["a"]),
        ("<a role=' button link'>a</a>", ["a"]),
        ("<a role='link button'>a</a>", []),
        ("<a class=button>a</a><input value=a><input type=hidden value=a>", []),
        ("<svg><button>a</button></svg>", []),
        ("<button disabled>a</button>", ["a"]),
    ],
    "its name without words of its own": [
        ("<input type=button>", [""]),
        ("<input type=submit>", ["Submit"]),
        ("<input type=submit value=''>", [""]),
        ("<input type=submit value>", [""]),
        ("<input type=reset>", ["Reset"]),
        ("<input type=reset value=a>", ["a"]),
        ("<input type=image alt=a value=b>", ["a"]),
        ("<input type=image>", ["Submit"]),
        ("<button></button>", [""]),
        ("<button><img alt=a> b</button>", ["a b"]),
    ],
    "its label wins": [
        ("<button aria-label='Sign in'>x</button>", ["Sign in"]),
        ("<button aria-label=' '>x</button>", ["x"]),
        ("<input type=submit value=x aria-label=a>", ["a"]),
        ("<a role=button aria-label=a><svg><title>x</title></svg></a>", ["a"]),
        ("<div role=button>a<button aria-label=b>c</button>d</div>", ["ad", "b"]),
    ],
    "words go to the innermost": [
        ("<div role=button>a <button>b</button> c</div>d", ["a c", "b"]),
        ("<button>a<button>b</button>c", ["a", "b"]),
        ("<button>a</div>b</button>", ["ab"]),
        ("<button>Sign<br>in</button>", ["Sign in"]),
        ("<button><div>Sign</div><div>in</div></button>", ["Sign in"]),
        ("<button><b>S</b>ign <!-- -->in</button>", ["Sign in"]),
        ("<button>a<span hidden>x</span><script>y</script></button>", ["a"]),
        ("<a role=button><div>a</a>b</div>", ["a"]),
        ("<p><button>a</p>b</button>", ["a b"]),
    ],
    "it is seen": [
        ("<button hidden>a</button>", []),
        ("<div hidden><input type=submit></div>", []),
        ("<button style='visibility:hidden'>a</button>", []),
        ("<details><button>a</button></details>", []),
        ("<dialog><button>a</button></dialog>", []),
        ("<noscript><button>a</button></noscript>", []),
        ("<input type=submit hidden>", []),
        ("<textarea><button>a</button></textarea>", []),
        ("<!-- <button>a</button> -->", []),
    ],
}

TITLES = {
    "the first counts": [
        ("<title>a</title><title>b</title>", "a"),
        ("<title></title><title>b</title>", ""),
        ("<svg><title>x</title></svg><title>a</title>", "a"),
        ("<template><title>x</title></template><title>a</title>", "a"),
        ("<noscript><title>x</title></noscript><title>a</title>", "a"),
        ("<!-- <title>x</title> --><title>a</title>", "a"),
        ("<script>'<title>x</title>'</script><title>a</title>", "a"),
        ("<body hidden><div><title>a</title>", "a"),
        ("<p>x", ""),
    ],
    "it is text alone": [
        ("<title> a <b>\n&amp; c</b></title>", "a <b> & c</b>"),
        ("<title>a<!-- b --></title>", "a<!-- b -->"),
        ("<TITLE>a</TiTle >b", "a"),
        ("<title>a", "a"),
        ("<title/>a</title>", "a"),
        ("<svg><foreignObject><title>a</title></foreignObject></svg>", "a"),
    ],
}


def lines(table):
    return [pytest.param(*line, id=f"{kind}: {line[0][:60]}") for kind, members in table.items() for line in members]


@pytest.mark.parametrize(("html", "text"), lines(TEXTS))
def test_text(html, text):
    assert page.read(html).text == text


@pytest.mark.parametrize(("html", "buttons"), lines(BUTTONS))
def test_buttons(html, buttons):
    assert [*page.read(html).buttons] == buttons


@pytest.mark.parametrize(("html", "title"), lines(TITLES))
def test_title(html, title):
    assert page.read(html).title == title
