"""What stands at the top of the repository: a file more is decided, not left behind by whatever ran there."""

import subprocess

from bluegreen_cli.stage import ROOT

FOLDERS = {
    *("packages", "shared", "tests", "events"),
    *("benchmarks", "cli", "demo", "docs", "emulator", "grafana", "router"),
    *(".ci", ".github"),
}
FILES = {
    *("README.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "DECISIONS.md", "LICENSE", "SECURITY.md"),
    *("Makefile", "bluegreen.yml", "project.yml", "pyproject.toml", ".env.example"),
    *("requirements.lock", "requirements-demo.lock", "requirements-functions.lock", "requirements-release.lock"),
    *(".editorconfig", ".gitignore", ".pre-commit-config.yaml"),
}


def test_at_the_top_stands_what_was_decided():
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    found = {path.partition("/")[0] for path in listed.split("\0") if path}

    assert found == FOLDERS | FILES
