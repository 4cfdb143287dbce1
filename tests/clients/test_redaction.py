"""Secrets in what others say: found in every form, told by the setting's name, before anything is cut."""

import base64
import functools
import json
import quopri
import re
from html import escape
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluegreen.clients.digitalocean import DigitalOcean
from bluegreen.clients.http import Api
from bluegreen.clients.redaction import Redaction
from bluegreen.clients.shapes import redacted
from bluegreen.clients.web import Web
from bluegreen.core.checks.response import LARGEST
from bluegreen.core.config.checks import Check
from bluegreen.core.errors import Unavailable

QUICK = settings(max_examples=settings.default.max_examples // 2)
TOKEN = 'a/b+c=d&e%f"g\\h<ijk'
MARK = "[BLUEGREEN_GITHUB_TOKEN]"
FORMS = {
    "as it is": str,
    "URL": quote,
    "URL, slashes too": lambda text: quote(text, safe=""),
    "URL twice": lambda text: quote(quote(text, safe=""), safe=""),
    "URL three times": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "form": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "HTML": escape,
}


def redaction(value=TOKEN):
    return Redaction({"BLUEGREEN_GITHUB_TOKEN": value})


@given(
    st.sampled_from(sorted(FORMS)),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=6, max_size=24),
    st.text(max_size=9),
)
def test_any_secret_in_any_form_is_replaced_by_its_settings_name(form, secret, around):
    assert MARK in redaction(secret).text(f"{around} {FORMS[form](secret)} {around}")


def base64_of(octets):
    return base64.b64encode(octets).decode()


WRAPPED = {
    "Base64 of Base64": lambda text: base64_of(base64.b64encode(b"u:" + text.encode())),
    "Base64 of URL-safe Base64": lambda text: base64_of(base64.urlsafe_b64encode(text.encode())),
    "a .dockerconfigjson": lambda text: base64_of(
        json.dumps({"auths": {"ghcr.io": {"auth": base64_of(f"ci:{text}".encode())}}}).encode()
    ),
    "Base64 of UTF-16": lambda text: base64_of(text.encode("utf-16-le")),
    "UTF-16 read as Latin-1": lambda text: text.encode("utf-16-le").decode("latin-1"),
    "UTF-16 the other way": lambda text: text.encode("utf-16-be").decode("latin-1"),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper(),
    "a dump": lambda text: text.encode().hex(" "),
    "a dump with colons": lambda text: text.encode().hex(":"),
    "escapes": lambda text: "".join(f"\\x{octet:02x}" for octet in text.encode()),
    "URL, every letter": lambda text: "".join(f"%{octet:02X}" for octet in text.encode()),
    "JSON, every letter": lambda text: "".join(f"\\u00{octet:02x}" for octet in text.encode()),
    "over two lines": lambda text: f"{text[:7]}\n{text[7:]}",
    "over two lines of Windows": lambda text: f"{text[:7]}\r\n{text[7:]}",
    "over two lines, indented": lambda text: f"{text[:7]}\n      {text[7:]}",
    "over two lines of a shell": lambda text: f"{text[:7]}\\\n{text[7:]}",
    "over two lines in JSON": lambda text: f"{text[:7]}\\n{text[7:]}",
    "over two lines in JSON in JSON": lambda text: f"{text[:7]}\\\\n{text[7:]}",
    "a letter a line": "\n".join,
    "in two colours": lambda text: f"{text[:7]}\x1b[0m\x1b[1;31m{text[7:]}",
    "Base64 three times": lambda text: base64_of(base64.b64encode(base64.b64encode(b"key=" + text.encode()))),
    "Base64 five times": lambda text: functools.reduce(lambda told, _: base64_of(told.encode()), range(5), text),
    "Base64 in a URL": lambda text: quote(base64_of(b"u:" + text.encode()), safe=""),
    "Base64 in JSON of PHP": lambda text: base64_of(b"u:" + text.encode()).replace("/", "\\/"),
    "Base64 of a URL": lambda text: base64_of(f"?key={quote(text, safe='')}".encode()),
    "Base64 of a dump": lambda text: base64_of(text.encode().hex(" ").encode()),
    "Base32": lambda text: base64.b32encode(b"id=" + text.encode()).decode(),
    "Base32 in small letters": lambda text: base64.b32encode(text.encode()).decode().lower().rstrip("="),
    "Base64 of Base32": lambda text: base64_of(base64.b32encode(b"i" + text.encode())),
    "hexadecimal of Base64": lambda text: base64.b64encode(text.encode()).hex(),
    "a list of numbers": lambda text: json.dumps({"type": "Buffer", "data": [*text.encode()]}),
    "a list of numbers over lines": lambda text: json.dumps([*text.encode()], indent=2),
    "an octal dump": lambda text: " ".join(f"{octet:03o}" for octet in text.encode()),
    "octal escapes": lambda text: "".join(f"\\{octet:03o}" for octet in text.encode()),
    "octal escapes with a zero": lambda text: "".join(f"\\0{octet:03o}" for octet in text.encode()),
    "one letter escaped": lambda text: f"{text[:4]}\\x{ord(text[4]):02x}{text[5:]}",
    "escapes of Rust": lambda text: "".join(f"\\u{{{octet:x}}}" for octet in text.encode()),
    "HTML, every letter": lambda text: "".join(f"&#{octet};" for octet in text.encode()),
    "quoted-printable": lambda text: (
        quopri.encodestring(f"{text[:7]}\n{text[7:]}".encode()).decode().replace("\n", "=\n")
    ),
    "with what has no width": "\u200b".join,
    "with a soft hyphen": lambda text: f"{text[:5]}\xad{text[5:]}",
    "Base64 in lines of eight": lambda text: "\n".join(re.findall(".{1,8}", base64_of(text.encode()))),
}


@pytest.mark.parametrize("form", WRAPPED)
@pytest.mark.parametrize("secret", ["dop_v1_0123456789abcdef0123", "Zx+/9-_~Zx+/9-_~!", "hush-hush-1"])
def test_a_secret_is_found_in_what_wraps_it(form, secret):
    wrapped = WRAPPED[form](secret)
    found = redaction(secret).text(f"it said: {wrapped} and more")
    assert found.startswith("it said: ")
    assert found.endswith(" and more")
    assert MARK in found
    assert len(found) < len("it said:  and more") + len(MARK) + len(wrapped) // 2


SHOUTED = {
    "as it is": str,
    "URL": lambda text: quote(text, safe=""),
    "hexadecimal": lambda text: text.encode().hex(),
    "escapes": lambda text: "".join(f"\\x{octet:02x}" for octet in text.encode()),
    "over two lines": lambda text: f"{text[:7]}\n{text[7:]}",
}


@pytest.mark.parametrize("form", SHOUTED)
@pytest.mark.parametrize("case", [str.upper, str.lower, str.title, str.swapcase])
@pytest.mark.parametrize("secret", ["dop_v1_0123456789abcdef0123", "Zx+/9-_~Zx+/9-_~!", "schlüssel-grün-42"])
def test_a_secret_is_found_in_capitals_and_in_small_letters(secret, case, form):
    told = SHOUTED[form](case(secret)) if form == "hexadecimal" else case(SHOUTED[form](secret))
    for said in (told, base64_of(told.encode()), quote(told)):
        assert MARK in redaction(secret).text(f"it said {said} and more")


def test_a_short_secret_is_found_in_capitals_only_where_it_has_some():
    assert redaction("bluest-sky").text("Bluest-Sky, bluest-sky") == f"Bluest-Sky, {MARK}"


def test_a_key_of_many_lines_is_found_whatever_is_made_of_its_lines():
    key = "-----BEGIN X-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END X-----"
    for said in (key, key.replace("\n", "\\n"), key.replace("\n", "\r\n"), key.replace("\n", "\n    ")):
        assert redaction(key).text(f"<{said}>") == f"<{MARK}>"
    assert redaction("\n\n\n\n\n\n1").text("1 of 11") == "1 of 11"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@QUICK
@given(st.binary(max_size=7), st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6), st.binary())
def test_base64_is_found_at_each_offset_whatever_stands_before_and_behind(encode, before, secret, behind):
    assert MARK in redaction(secret).text(encode(before + secret.encode() + behind).decode())


def test_the_pair_of_basic_authorization_shows_no_more_than_the_user():
    header = base64.b64encode(f"ci:{TOKEN}".encode()).decode()
    found = redaction().text(f"Authorization: Basic {header}")
    assert base64.b64decode(header[:4]) == b"ci:"
    assert found == f"Authorization: Basic {header[:4]}{MARK}" + found.rpartition("]")[2]
    assert len(found.rpartition("]")[2].rstrip("=")) <= 1


def test_of_a_pair_and_of_a_webhooks_address_the_secret_part_is_found_alone():
    assert redaction("ci:secret-part").text("you sent secret-part as ci") == f"you sent {MARK} as ci"
    url = "https://hooks.slack.com/services/T00HOLI00/B00RELEASE/emulatedslackwebhook"
    for part in (url, "services/T00HOLI00/B00RELEASE/emulatedslackwebhook", "emulatedslackwebhook"):
        assert redaction(url).text(f"no such {part}!") == f"no such {MARK}!"
    assert redaction(url).text("hooks.slack.com/services") == "hooks.slack.com/services"


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("a=SECRET,b=SECRET2", ["SECRET", "SECRET2"]),
        ("x=S3cr3t-of-x&y=token-of-y7", ["S3cr3t-of-x", "token-of-y7"]),
        ("sid=c2Vzc2lvbg==; theme=dark", ["c2Vzc2lvbg=="]),
        ("api-key=a%20key-of-this-test,x-team=shop", ["a key-of-this-test", "a%20key-of-this-test"]),
        ("Authorization=Basic%20Y2k6aHVzaC1odXNo", ["Y2k6aHVzaC1odXNo", "Basic Y2k6aHVzaC1odXNo"]),
        ("login=ci:hush-hush-1", ["hush-hush-1"]),
        ("https://team.example/hook?v=1.0&sig=jk3_w8HqLzR0-Xn5vT", ["jk3_w8HqLzR0-Xn5vT"]),
        ("password='quoted-pass1';host=db", ["quoted-pass1"]),
    ],
)
def test_of_a_list_of_names_and_values_each_value_is_found_alone(whole, parts):
    for part in parts:
        assert redaction(whole).text(f"it has {part} in it") == f"it has {MARK} in it"
    assert redaction(whole).text(whole) == MARK


def test_of_a_list_of_names_and_values_what_is_short_or_a_word_is_left():
    text = "production of shop: api-key, x-team"
    assert redaction("api-key=0123456789abcdef,x-team=shop,env=production").text(text) == text


def test_a_secret_that_contains_another_is_told_as_itself():
    found = Redaction({"SHORT": "abcdef", "LONG": "abcdef-and-more"})
    assert found.text("abcdef-and-more, abcdef") == "[LONG], [SHORT]"


def test_what_is_shorter_than_six_characters_stands_in_ordinary_words_and_is_left():
    assert redaction("blue").text("production answers as blue") == "production answers as blue"
    assert redaction("bluest").text("bluest") == MARK


@QUICK
@given(st.text())
def test_a_text_without_a_secret_stays_as_it_is(text):
    assert redaction("0123456789-0123456789").text(text) == text
    assert Redaction().text(text) == text


def test_texts_and_names_of_fields_are_redacted_at_any_depth_but_below_a_verbatim_one():
    answer = {"a": [{"b": TOKEN, TOKEN: 7}], "spec": {"c": [TOKEN]}, "n": None}
    assert redacted(answer, redaction().text, frozenset({"spec"})) == {
        "a": [{"b": MARK, MARK: 7}],
        "spec": {"c": [TOKEN]},
        "n": None,
    }


def test_an_apps_spec_and_a_load_balancer_go_back_as_they_were_read():
    spec = {"services": [{"name": "web", "run_command": f"notify {TOKEN}"}]}
    balancer = {"name": TOKEN, "tag": TOKEN, "status": "active", "ip": None}

    def answered(request):
        if request.url.path.endswith("load_balancers/x"):
            return httpx.Response(200, json={"load_balancer": balancer})
        return httpx.Response(200, json={"app": {"id": "x", "spec": spec}})

    http = httpx.Client(transport=httpx.MockTransport(answered))
    api = DigitalOcean(Api("DigitalOcean", "https://do.test", http, {}, lambda seconds: None, redaction=redaction()))
    assert api.app("x").spec == spec
    assert api.load_balancer("x") == {**balancer, "tag": MARK}


@pytest.mark.parametrize("before", [LARGEST - 10, LARGEST - 1, LARGEST - len(TOKEN)])
def test_a_secret_at_the_end_of_what_is_kept_of_a_body_is_redacted_whole(before):
    body = "." * before + TOKEN + "." * 9000
    http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text=body)))
    kept = Web(http, lambda: 0.0, redaction()).check("https://web.test", Check(get="/")).answer.body
    assert len(kept) == LARGEST
    assert kept == ("." * before + MARK + "." * 99)[:LARGEST]


HOSTILE = ["%25" * 100_000, "\\" * 300_000, "&#0" * 100_000, TOKEN[:-1] * 15_000, "a" * 300_000, "&#37;" * 60_000]
HOSTILE += ["V" * 300_000, "A" * 300_000, "68 75 " * 50_000, "104, 117, " * 30_000, "\\150" * 75_000, "\x00h" * 150_000]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_takes_longer_than_its_length(text):
    """Ten times as much is looked through in about ten times as long: here only that it ends, within the time limit."""
    assert redaction().text(text) == text


def test_what_is_in_more_codes_than_can_be_looked_through_is_hidden():
    """`33` is `3` in hexadecimal, at each offset: each code has two more within it."""
    text = "3" * 100_000
    assert redaction().text(f"it said {text}") == "[hidden: in too many codes]"
    assert redaction().text("0.3333333333333333") == "0.3333333333333333"


@pytest.mark.parametrize("piece", ["ü", "\\", '"', "&", "/", "É", "\n", "\x01", " ", "'", "\\a", '\\"', "=3d", "%25"])
def test_a_secret_of_one_odd_character_does_not_make_the_search_go_back_again_and_again(piece):
    text = (piece * 400 + "y") * 10
    assert MARK not in redaction(piece * 20 + "x").text(text + json.dumps(text) + escape(text) + quote(text))


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("two  spaces", "two" + " " * 20_000),
        ("        eight-spaces", " " * 20_000),
        ("eight        spaces", "eight" + " " * 20_000),
    ],
)
def test_spaces_in_a_secret_do_not_make_the_search_go_back_again_and_again(secret, text):
    assert redaction(secret).text(text) == text
    assert redaction(secret).text(f"it is {quote_plus(secret)}!").rpartition(MARK)[2] == "!"


def test_base64_that_is_folded_into_lines_is_found():
    folded = base64.encodebytes(f"{'x' * 50}{TOKEN}".encode()).decode()
    assert "\n" in folded.strip()
    assert MARK in redaction().text(folded)


@pytest.mark.parametrize("before", range(8))
@pytest.mark.parametrize(("coded", "octets"), [(base64.b64encode, 48), (base64.b32encode, 40)])
def test_a_secret_is_found_where_its_code_goes_on_in_another_text(coded, octets, before):
    code = "A" * before + coded(("x" * (octets - 10) + TOKEN + "y" * octets).encode()).decode()
    for between in ('", "', "\n> ", " | "):
        assert MARK in redaction().text(between.join(re.findall(".{1,64}", code)))


def test_a_backslash_before_what_is_escaped_is_found():
    for secret in ("00\\\x1f00", 'hush\\"hush', "hush\\\\ü-hush", "hush\\\nhush", "\\\U0008059c-hush"):
        once = json.dumps(secret)
        for said in (secret, once, json.dumps(once), json.dumps(json.dumps(once))):
            assert MARK in redaction(secret).text(said)


def test_html_in_html_is_found():
    assert redaction("hush&hush<hush").text(escape(escape("hush&hush<hush"))) == MARK


@pytest.mark.parametrize("charset", ["base64", "hex", "undefined", "idna", "no-such", '"a\0b"'])
def test_a_body_in_an_encoding_that_is_none_is_read_all_the_same(charset):
    answered = httpx.Response(
        200, content=b"well \xff", headers={"content-type": f"text/html; charset={charset}".encode()}
    )
    http = httpx.Client(transport=httpx.MockTransport(lambda request: answered))
    assert Web(http, lambda: 0.0).check("https://web.test", Check(get="/")).answer.body.startswith("well ")


def test_an_answer_that_is_nested_without_end_is_no_answer():
    deep = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text="[" * 100_000)))
    with pytest.raises(Unavailable, match="not JSON"):
        Api("GitHub", "https://github.test", deep, {}, lambda seconds: None).once("GET", "/")


def test_of_two_secrets_that_are_valid_at_once_each_is_redacted():
    redaction = Redaction({"BLUEGREEN_ALERT_SECRET": "9c2e5a1177b04d3368cc41fe,3f1d0c77a5b24e8690aa12bc"})
    said = redaction.text("signed with 3f1d0c77a5b24e8690aa12bc, and not with 9c2e5a1177b04d3368cc41fe")
    assert "3f1d0c77" not in said
    assert "9c2e5a11" not in said


@pytest.mark.parametrize("around", ["", " ", "é", "!", "\ud800", "\x1f", "é x", ", "], ids=repr)
@pytest.mark.parametrize("coded", [base64.b64encode, base64.b32encode, bytes.hex, lambda b: ", ".join(map(str, b))])
def test_a_code_is_found_at_either_end_of_a_text_and_beside_what_is_in_no_code(around, coded):
    code = coded(TOKEN.encode())
    code = code.decode() if isinstance(code, bytes) else code
    for text in (code + around, around + code, around + code + around, f"{code}{around}!{code}"):
        assert redaction().text(text).count(MARK) == text.count(code)
