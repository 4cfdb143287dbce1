"""The report, the statement and its signature, and whether all is as it was written."""

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bluegreen.core.html import page
from bluegreen.core.release_file.encoding import decoded, digest, encoded
from bluegreen_cli.evidence import report, statement
from tests.release_file.kept import at_desk, bad, good, kept, laptop, versions

pytestmark = pytest.mark.slow

KEY = "services/web/releases/web-1.json"


@pytest.fixture
def keys(tmp_path):
    """A private key and its public one, as OpenSSL writes them."""
    secret, public = tmp_path / "release-key.pem", tmp_path / "release-key.pub.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", secret], check=True)
    subprocess.run(["openssl", "pkey", "-in", secret, "-pubout", "-out", public], check=True)
    return str(secret), str(public)


def proofs(done):
    return {each["what"]: each for each in json.loads(done.stdout)["proofs"]}


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.outside = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        self.outside += [given[name] for name in ("src", "srcset", "data") if name in given]
        self.outside += [given["href"]] if tag == "link" else []


def test_the_report_is_one_file_with_what_a_review_asks_for(desk, tmp_path):
    done = at_desk(desk, bad()).say("evidence", "v1.4.0", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    text = (tmp_path / "web-1.html").read_text()
    found, shown = Elements(text), page.read(text)
    assert shown.title == "web v1.4.0: rolled back"
    assert not found.outside
    assert not {"script", "link", "img", "iframe"} & {*found.tags}
    assert "url(" not in text
    assert "@import" not in text
    assert "prefers-color-scheme:dark" in text
    assert '<html lang="en">' in text
    for words in ("Timeline", "Who did what", "What the judge saw", "Checks before the switch", "Migrations", "Read on",
                  "160 of 1,000 failed in 20 s", "Is this what happened?", "as it was written"):  # fmt: skip
        assert words in shown.text, words
    assert "https://github.com/" in text
    assert 'role="img"' in text
    assert found.tags.count("h1") == 1


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        ("claimed by ops/watch", False),
        ("the claim is given up", False),
        ("a beat was heard", False),
        ("looks are paced by router-1", False),
        ("looks are paced by a watch", False),
        ("0 notices delivered", False),
        ("old notices", False),
        ("36 versions kept in web-1's file", False),
        ("no versions left to be kept of what is over", False),
        ("the apps were noted", False),
        ("the deployments of what was adopted were noted", False),
        ("the store was tested", False),
        ("GitHub's tags noted", False),
        ("notices were seen by anna", True),
        ("wake-ups are refused", True),
        ("anna said: abort (it was claimed by checks/smoke, and a beat was heard)", True),
    ],
)
def test_what_nobody_did_is_not_listed_as_done(why, shown):
    version = versions(good())[-1].model_copy(update={"why": why})
    listed = page.read(str(report._deeds([version])))
    assert f"{int(shown)} changes" in listed.text


def test_what_is_not_listed_is_what_is_written():
    """Each kind of line that is no act is one that is really written."""
    whys = [version.why for version in versions(good())]
    assert {why for why in whys if report.BOOKKEEPING.fullmatch(why)} >= {"claimed by ops/watch", "2 notices delivered"}
    sources = Path(__file__).parents[2] / "shared" / "bluegreen"
    written = "\n".join(path.read_text() for path in sources.rglob("*.py"))
    for words in ("a beat was heard", "looks are paced by ", "the apps were noted", "the store was tested",
                  "GitHub's tags noted", "old notices", " versions kept in ", " notices delivered",
                  "no versions left to be kept of what is over", "the claim is given up", "claimed by "):  # fmt: skip
        assert words in written, words


def test_words_of_others_are_text_in_the_report(desk, tmp_path):
    evil = '<script>alert(1)</script>"><img src=x onerror=y>'
    text = json.dumps(evil)[1:-1]
    found = at_desk(desk, good())
    for key in found.bucket(0).keys("services/web/journal/"):
        body = found.bucket(0).get(key).decode().replace('"says":"2 smoke', f'"says":"{text}2 smoke')
        found.bucket(0).put(key, body.encode())
    found.bucket(0).put(KEY, b"")
    found.bucket(0)._s3.delete_object(Bucket=found.buckets[0], Key=KEY)
    done = found.say("evidence", "v1.3.0", "--out", str(tmp_path))
    text = (tmp_path / "web-1.html").read_text()
    assert done.exit_code == 1, "its versions were changed"
    assert not {"script", "img"} & {*Elements(text).tags}
    assert "&lt;script&gt;" in text


def test_the_statement_names_the_commit_and_the_verdict(desk, tmp_path):
    at_desk(desk, bad()).say("evidence", "v1.4.0", "--out", str(tmp_path))
    found = json.loads((tmp_path / "web-1.intoto.json").read_text())
    assert found["_type"] == "https://in-toto.io/Statement/v1"
    (subject,) = found["subject"]
    assert re.fullmatch("[0-9a-f]{40}", subject["digest"]["gitCommit"])
    assert found["predicateType"].startswith("https://")
    assert found["predicate"]["outcome"] == "rolled back"
    assert found["predicate"]["verdict"]["verdict"] == "bad"
    assert found["predicate"]["replayed"] == {"verdicts": 7, "same": True, "chainWhole": True}


def test_what_is_signed_is_verified_and_nothing_else_is(desk, tmp_path, keys):
    secret, public = keys
    found, out = at_desk(desk, good()), ["--out", str(tmp_path)]
    assert found.say("evidence", "v1.3.0", *out, "--sign", secret).exit_code == 0
    envelope = tmp_path / "web-1.dsse.json"
    told = json.loads(envelope.read_text())
    assert told["payloadType"] == "application/vnd.in-toto+json"
    verify = ("evidence", "v1.3.0", *out, "--verify", "--json", "--key", public)
    assert proofs(found.say(*verify))["signature"]["result"] == "fine"

    other = told["payload"][:200] + ("A" if told["payload"][200] != "A" else "B") + told["payload"][201:]
    envelope.write_text(json.dumps(told | {"payload": other}))
    assert "no signature of it is by this key" in proofs(found.say(*verify))["signature"]["says"]
    envelope.write_text("{}")
    assert proofs(found.say(*verify))["signature"]["result"] == "fault"
    envelope.unlink()
    assert proofs(found.say(*verify))["signature"]["result"] == "fault"


def test_a_statement_of_another_end_is_refused_though_it_is_signed(desk, tmp_path, keys):

    secret, public = keys
    found, out = at_desk(desk, good()), ["--out", str(tmp_path)]
    found.say("evidence", "v1.3.0", *out)
    written = json.loads((tmp_path / "web-1.intoto.json").read_text())
    written["predicate"]["outcome"] = "unproven"
    signed = statement.signed(json.dumps(written).encode(), statement.private_key(Path(secret)))
    (tmp_path / "web-1.dsse.json").write_text(json.dumps(signed))
    done = found.say("evidence", "v1.3.0", *out, "--verify", "--json", "--key", public)
    assert done.exit_code == 1
    assert "says otherwise of predicate.outcome" in proofs(done)["signature"]["says"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no key", "holds no private key in PEM, or one with a password; `openssl genpkey -algorithm ed25519"),
        ("with a password", "one with a password; `openssl genpkey -algorithm ed25519 -out release-key.pem` makes one"),
        (None, "cannot be read"),
        ("rsa", "of another kind than Ed25519"),
    ],
)
def test_a_key_that_cannot_sign_is_refused_with_how_one_is_made(desk, tmp_path, content, says):
    key = tmp_path / "key.pem"
    made = ["openssl", "genpkey", "-out", key, "-algorithm"]
    if content == "rsa":
        subprocess.run([*made, "x25519"], check=True)
    elif content == "with a password":
        subprocess.run([*made, "ed25519", "-aes256", "-pass", "pass:x"], check=True)
    elif content is not None:
        key.write_bytes(content)
    done = at_desk(desk, good()).say("evidence", "v1.3.0", "--out", str(tmp_path), "--sign", str(key))
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split())
    assert not (tmp_path / "web-1.html").exists()


def test_an_envelope_is_what_dsse_says():
    """The example of the specification: DSSEv1 29 http://example.com/HelloWorld 11 hello world."""
    key = Ed25519PrivateKey.generate()
    envelope = statement.signed(b"{}", key)
    assert statement._pae(b"hello world") == b"DSSEv1 28 application/vnd.in-toto+json 11 hello world"
    assert statement.opened(json.dumps(envelope).encode(), key.public_key()) == {}
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert len(der) == 44


def test_a_changed_file_is_refused_by_replay_evidence_and_verify(desk, tmp_path):
    found = at_desk(desk, good())
    body = found.bucket(0).get(KEY)
    found.bucket(0).put(KEY, body.replace(b"2 of 2 checks passed", b"1 of 2 checks passed", 1))
    for words, says in (
        (("replay", "v1.3.0"), "is not what version"),
        (("evidence", "v1.3.0", "--out", str(tmp_path)), "`--verify` says where"),
        (("evidence", "web-1", "--verify"), "is not what version"),
    ):
        done = found.say(*words)
        assert done.exit_code == 1, words
        assert says in " ".join(done.output.split()), words


def test_a_file_made_anew_does_not_fit_to_the_journal(desk):
    found, made = at_desk(desk, good()), []
    part = decoded(found.bucket(0).get(KEY))
    for body in part.bodies:
        facts = json.loads(body)
        facts["previous"] = digest(made[-1]) if made else ""
        facts["why"] = facts["why"].replace("checks passed", "checks failed")
        made.append(json.dumps(facts, separators=(",", ":")).encode())
    found.bucket(0).put(KEY, encoded(part._replace(bodies=tuple(made))))

    done = found.say("evidence", "v1.3.0", "--verify", "--json")

    assert done.exit_code == 1
    assert proofs(done)["chain"]["result"] == "fine"
    assert "does not name its hash" in proofs(done)["journal"]["says"]


def test_a_release_that_an_earlier_rule_has_judged_is_a_doubt_and_no_fault(desk, tmp_path):
    found = at_desk(desk, good())
    part, made = decoded(found.bucket(0).get(KEY)), []
    for body in part.bodies:
        facts = json.loads(body)
        facts["previous"] = digest(made[-1]) if made else facts["previous"]
        if "judged" in facts["record"]:
            del facts["record"]["judged"]["rule"]
            facts["record"]["judged"]["says"] = "well, by the rule of that day"
        made.append(json.dumps(facts, separators=(",", ":")).encode())
    found.bucket(0).put(KEY, encoded(part._replace(bodies=tuple(made))))

    shown, told = found.say("replay", "web-1"), found.say("replay", "web-1", "--json")
    said = " ".join(shown.output.split())
    assert (shown.exit_code, told.exit_code) == (3, 3)
    assert "not all the same" in said
    assert "judged by the rule of another Bluegreen" in said
    facts = json.loads(told.stdout)
    assert (facts["ok"], facts["same"]) == (True, False)
    assert any(look["otherwise"] for look in facts["verdicts"])
    assert proofs(found.say("evidence", "web-1", "--verify", "--json"))["verdicts"]["result"] == "doubt"
    assert found.say("evidence", "web-1", "--out", str(tmp_path)).exit_code == 0
    assert "judged by the rule of another Bluegreen" in (tmp_path / "web-1.html").read_text()


def test_a_file_whose_end_was_cut_off_is_told_by_replay(desk):
    found = at_desk(desk, good())
    part = decoded(found.bucket(0).get(KEY))
    found.bucket(0).put(KEY, encoded(part._replace(bodies=part.bodies[:-1])))
    done = found.say("replay", "v1.3.0", "--json")
    assert done.exit_code == 1
    assert "its end is missing: it is over, and in flight in the last version" in json.loads(done.stdout)["faults"]


def test_before_a_file_is_there_the_journal_is_read(desk):
    found = at_desk(desk, good())
    found.bucket(0)._s3.delete_object(Bucket=found.buckets[0], Key=KEY)
    done = found.say("replay", "v1.3.0", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["source"], told["same"]) == (0, "the journal", True)


def test_of_a_release_that_never_served_nothing_was_judged(desk):
    found = at_desk(desk, laptop("v1.5.0", fault={"db": "down"}))
    done = found.say("replay", "v1.5.0")
    assert done.exit_code == 0
    assert "v1.5.0: nothing was judged in it failed" in " ".join(done.output.split())


def test_what_is_not_there_is_said(desk):
    found = at_desk(desk, good())
    assert found.say("evidence", "v9.9.9").exit_code == 4
    assert found.say("replay", "web-99").exit_code == 4
    assert found.say("evidence", "v1.3.0", "--key", "x.pem").exit_code == 2
    assert len(kept(good())) == 37


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--key", "x.pem"), "`--verify` is wanted beside `--key`, which names who has to have signed"),
        (("--verify", "--sign", "x.pem"), "`--sign` writes, and `--verify` writes nothing"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_readable_words(desk, tmp_path, options, says):
    done = at_desk(desk, good()).say("evidence", "v1.3.0", "--out", str(tmp_path), *options)
    assert (done.exit_code, list(tmp_path.glob("*.html"))) == (2, [])
    assert says in " ".join(done.stderr.split())
