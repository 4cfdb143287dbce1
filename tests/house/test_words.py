"""What is committed names no path of anybody's machine, and no credential."""

import re
import subprocess

import pytest

from bluegreen_cli.stage import ROOT

FOREIGN = re.compile(r"(?<![\w/.$}-])/(?:home|Users)/\w+/|(?<![\w/.$}-])/root/")
SECRETS = re.compile(
    r"dop_v1_[0-9a-f]{64}|ghp_[A-Za-z0-9]{36}|github_pat_\w{40,}|xox[bap]-\d{8,}"
    r"|hooks\.slack\.com/services/T\w{8,}/B\w{8,}/[A-Za-z0-9]{24}"
)


@pytest.fixture(autouse=True)
def in_a_clone():
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a clone: what is committed is not known")


def committed():
    """Every text file that Git has or would take, with its text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.relative_to(ROOT).as_posix() != "tests/house/test_words.py":
            yield name, path.read_bytes().decode(errors="replace")


def found(pattern):
    return [
        f"{name}:{text[: hit.start()].count(chr(10)) + 1}: {hit[0]}"
        for name, text in committed()
        for hit in pattern.finditer(text)
    ]


def test_no_path_of_anybodys_machine():
    assert found(FOREIGN) == []


def test_no_credential_that_could_be_real():
    assert found(SECRETS) == []
