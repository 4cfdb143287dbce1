"""Each command of docs/setup.md and docs/upgrade.md is run, in the page's order, against the local cloud."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bluegreen.core.written import program
from bluegreen_cli.stage import ROOT
from tests.cli.account import REPOSITORY, TAG, TOKENS, Account

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
_FROM_NOTHING = "tests/chain/test_from_nothing.py"
# What is run elsewhere: by which file, and that file's own words for it.
ELSEWHERE = {
    "pipx install ": ("tests/wheel/test_wheel.py", '"-m", "pip", "install"'),
    "bluegreen init ": (_FROM_NOTHING, 'bluegreen("init"'),
    "bluegreen setup domain": ("tests/cli/test_setup_domain.py", 'account("setup", "domain"'),
    "bluegreen setup": (_FROM_NOTHING, 'bluegreen("setup", "--yes")'),
    "bluegreen deploy-functions": (_FROM_NOTHING, 'bluegreen("deploy-functions"'),
    "git tag ": (_FROM_NOTHING, "push_tag("),
    "bluegreen recover ": ("tests/cli/test_recover.py", '["recover", "--service"'),
    "bluegreen doctor": ("tests/cli/clinic.py", '["doctor"'),
    "make doctor": ("tests/cli/clinic.py", '["doctor"'),
    "curl -fsS -X POST ": ("tests/router/test_telemetry.py", "/hooks/deployment"),
}
# What nobody can run without GitHub, a real doctl and its plug-in: not shown by any test of this repository.
NOT_RUN = ("git clone ", "make deploy", "doctl serverless functions get ")


def commands(page):
    """Those of a page's code blocks, in order; what stands behind two blanks and a # is a comment."""
    text = (ROOT / "docs" / page).read_text()
    lines = re.findall(r"(?m)^ {4,}(\S.*)$", text)
    lines = [re.sub(r"\s{2,}# .*| {3,}#.*", "", line).strip() for line in lines]
    programs = r"(bluegreen|[.]venv/bin/\w+|doctl|make|git|curl|openssl|rm|export|pipx)\b"
    return [line for line in lines if re.match(programs, line)]


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A reader with an account in which blue serves today, in a clone of the application's repository."""
    account = Account(tmp_path_factory.mktemp("reader"))
    yield Reader(account, account.folder)
    account.close()


class Reader:
    """`run` gives a line to the shell, with what the page leaves open filled in."""

    def __init__(self, account, folder):
        self.account, self.folder, self.filled = account, folder, {}
        bin_ = folder / ".venv" / "bin"
        for name in ("bluegreen", "python"):  # a link to a venv's python is not everywhere a python of that venv
            self._program(bin_ / name, f'exec "{Path(sys.executable).with_name(name)}" "$@"')
        programs = folder / "programs"
        self._program(programs / "doctl", f'exec "{sys.executable}" -m tests.chain.doctl_stand_in "$@"')
        self._program(programs / "bluegreen", f'exec "{bin_}/bluegreen" "$@"')
        self._clone()

    def _program(self, path, line):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)

    def _clone(self):
        """The folder is a clone whose origin is beside it, with the tag that runs today."""
        for words in (
            f"git init -q --bare {self.folder}/origin.git",
            "git init -q -b main",
            "git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first",
            "git tag v1.2.0",
            f"git remote add origin {self.folder}/origin.git",
        ):
            self.run(words)

    def run(self, line, expected=(0,)):
        for left_open, value in self.filled.items():
            line = line.replace(left_open, value)
        environ = {
            **os.environ,
            **TOKENS,
            "PATH": f"{self.folder}/programs:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "DOCTL_API": self.account.at["digitalocean"],
            "DOCTL_TOKEN": TOKENS["DIGITALOCEAN_ACCESS_TOKEN"],
        }
        done = subprocess.run(
            ["bash", "-euc", line], cwd=self.folder, env=environ, capture_output=True, text=True, timeout=120
        )
        assert done.returncode in expected, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.mark.parametrize("page", ["setup.md", "upgrade.md"])
def test_what_is_run_elsewhere_is_run_there(page):
    for line in commands(page):
        where, words = next((found for known, found in ELSEWHERE.items() if line.startswith(known)), ("", ""))
        assert not where or words in (ROOT / where).read_text(), f"{line}: {where}"


def test_the_wheel_that_is_named_is_of_this_version():
    named = [line for page in ("setup.md", "upgrade.md") for line in commands(page) if line.startswith("pipx")]
    wheel = f"/v{program.VERSION}/bluegreen-{program.VERSION}-py3-none-any.whl"
    assert [wheel in line for line in named] == [True, True]


def test_every_command_by_hand_in_its_order(reader):
    account = reader.account
    service = {"name": "web", "github": {"repo": REPOSITORY, "branch": "main"}}
    blue = account.cloud.create({"name": "web-blue", "services": [service]})
    account.cloud.settings.pending_build = account.cloud.settings.building = 0.0
    account.spaces.keys["MASTER"] = ("master-secret", {"": "fullaccess"})
    reader.filled = {
        "YOU/APP": REPOSITORY,
        "BLUE_APP_ID": f"{blue.id}",
        "--tag v1.2.0": f"--tag {TAG}",
        "https://fra1.digitaloceanspaces.com": account.at["spaces"],
        "AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…": "AWS_ACCESS_KEY_ID=MASTER AWS_SECRET_ACCESS_KEY=master-secret",
        "--app ": f"--api {account.at['digitalocean']} --app ",
    }
    by_hand = (ROOT / "docs" / "setup.md").read_text().partition("## Each step by hand")[2]
    exported, done = "", []
    (reader.folder / "bluegreen.yml").write_text("of: the example\n")
    for line in commands("setup.md"):
        if line not in by_hand or line.startswith((*ELSEWHERE, *NOT_RUN)):
            continue
        if line.startswith("export "):
            exported = f"{line}\n"
            continue
        if ".do/router.yaml" in line:  # "Fill in"
            path = reader.folder / ".do" / "router.yaml"
            text = path.read_text().replace("<owner/bluegreen>", "bluegreen-deploy/bluegreen")
            path.write_text(re.sub(r"<[^<>\n]*>", "filled-in", text))
        said = reader.run(exported + line)
        if line.startswith("git push"):  # GitHub hears of it
            commit = account.repository.tags[TAG].commit
            account.repository.branches |= {"deploy/blue": commit, "deploy/green": commit}
        if "namespaces create" in line:
            reader.filled["fn-…"] = said.split()[-1]
        if "serverless key create" in line:
            reader.filled["dof_v1_…:…"] = said.split()[-1]
        done.append(line.split()[0:2])
    assert len(done) >= 13
    assert sorted(app.name for app in account.cloud.apps.all.values()) == ["web-blue", "web-green", "web-router"]
    names = {key["name"] for key in account.cloud.spaces_keys.listing()}
    assert names == {"MASTER", "web-bluegreen", "web-bluegreen-router"}
    assert "refs/heads/deploy/green" in reader.run("git ls-remote origin")
    assert account.cloud.violations == []
