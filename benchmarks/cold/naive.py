"""The bundle that the platform's documentation leads to: boto3, httpx and pydantic, installed whole."""

import re
import shutil
import sysconfig
from importlib import metadata
from pathlib import Path

_WANTED = ("boto3", "httpx", "pydantic")
_MAIN = """\
import os

import boto3
import httpx
from pydantic import BaseModel


class Record(BaseModel):
    service: str
    seq: int = 0


def main(event, context):
    keys = {"aws_access_key_id": "KEY", "aws_secret_access_key": "secret"}
    s3 = boto3.client("s3", endpoint_url=os.environ["ENDPOINT"], region_name="fra1", **keys)
    with httpx.Client() as http:
        found = s3.list_objects_v2(Bucket=os.environ["BUCKET"], Prefix="services/")
    return {"ok": True, "record": Record(service="web", seq=found["KeyCount"]).model_dump()}
"""
_ACTIVATE = """\
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "lib", "python{python}", "site-packages"))
"""


def bundle(folder: Path, python: str) -> Path:
    """Makes it in `folder`, of what is installed here."""
    site = folder / "virtualenv" / "lib" / f"python{python}" / "site-packages"
    installed = Path(sysconfig.get_path("purelib"))
    for name in _closure(_WANTED):
        for file in metadata.files(name) or ():
            source = installed / file
            if ".." not in file.parts and source.is_file():
                (site / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, site / file)
    (folder / "virtualenv" / "bin").mkdir()
    (folder / "virtualenv" / "bin" / "activate_this.py").write_text(_ACTIVATE.format(python=python))
    (folder / "__main__.py").write_text(_MAIN)
    return folder


def _closure(wanted: tuple[str, ...]) -> set[str]:
    """Those packages and what they require, without extras and without what another platform needs."""
    found: set[str] = set()
    left = list(wanted)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            required = [each for each in metadata.requires(name) or () if ";" not in each]
            left += [re.split(r"[^\w.-]", each)[0] for each in required]
    return found
