"""Which Bluegreen this is, and what a person does where another one wrote the journal. Pure."""

import re

VERSION = "0.2.0"  # pyproject.toml says the same, for what is installed; the functions carry no metadata
_SAID = re.compile(rb'"bluegreen":\s?"(\d{1,4}\.\d{1,4}\.\d{1,4}(?:(?:a|b|rc|\.dev)\d{1,4})?)"')
_WHEELS = "https://github.com/bluegreen-deploy/bluegreen/releases/download"


def writer(body: bytes) -> str:
    """The version that wrote an entry of a journal, "" where it does not say: before 0.3 none did."""
    said = _SAID.search(body)
    return said[1].decode() if said else ""


def is_newer(version: str) -> bool:
    """Than this one."""
    return bool(version) and _numbers(version) > _numbers(VERSION)


def to_install(version: str) -> str:
    """The commands that put that version in place, for this command and for the functions."""
    wheel = f"{_WHEELS}/v{version}/bluegreen-{version}-py3-none-any.whl"
    return f"`pipx install --force {wheel}`, then `bluegreen deploy-functions`"


def to_read(version: str) -> str:
    """What is to be done where this program cannot read what that one wrote."""
    if not is_newer(version):  # "" or another build of this one, or of an older one
        return "deploy the Bluegreen that wrote it: `bluegreen deploy-functions` of the newer version"
    return f"deploy Bluegreen {version}, which wrote it: {to_install(version)}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
