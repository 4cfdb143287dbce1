"""What a PUT says of a package or a function, checked and merged with what was there before."""

import base64
import binascii
import re
from dataclasses import replace
from typing import Any

from bluegreen_emulator.functions import runtimes
from bluegreen_emulator.functions.entities import (
    Action,
    Annotations,
    Code,
    Limits,
    Package,
    Parameter,
    Parameters,
    next_version,
)
from bluegreen_emulator.functions.refusals import ApiError, malformed, not_emulated, too_big
from bluegreen_emulator.functions.settings import PlatformSettings

CODE_LIMIT = 48 * 1024 * 1024
_NAME = re.compile(r"\w|\w[\w@ .-]*[\w@.-]+")
_RANGES = {"timeout": (100, 900_000), "memory": (128, 1024), "logs": (0, 256)}
_WORDS = {"timeout": ("duration", "milliseconds"), "memory": ("memory", "MB"), "logs": ("log", "KB")}


def package(name: str, body: dict[str, Any], old: Package | None) -> Package:
    _check_name(name)
    if name == "default":
        raise ApiError(400, f"Package name '{name}' is reserved.")
    if body.get("binding"):
        raise not_emulated("package bindings")
    made = Package(name) if old is None else replace(old, version=next_version(old.version))
    if "parameters" in body:
        made = replace(made, parameters=_parameters(body["parameters"]))
    if "annotations" in body:
        made = replace(made, annotations=_annotations(body["annotations"]))
    return replace(made, publish=bool(body.get("publish", made.publish)))


def action(where: tuple[str, str], body: dict[str, Any], old: Action | None, settings: PlatformSettings) -> Action:
    """`where` is (package, name). Fields that the body leaves out keep their old value; annotations add up."""
    _check_name(where[1])
    if "exec" in body:
        code = _code(body["exec"], settings)
    elif old is None:
        raise ApiError(400, "exec undefined")
    else:
        code = old.code
    first = Action(
        *where, code, limits=Limits(timeout=settings.default_timeout), annotations={"provide-api-key": False}
    )
    made = replace(old, code=code, version=next_version(old.version)) if old else first
    if "parameters" in body:
        made = replace(made, parameters=_parameters(body["parameters"]))
    annotations = made.annotations | _annotations(body.get("annotations", [])) | {"exec": code.kind}
    limits = _limits(made.limits, body.get("limits") or {})
    return replace(made, annotations=annotations, limits=limits, publish=bool(body.get("publish", made.publish)))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ApiError(400, "The name of the entity contains illegal characters.")


def _code(exec_: Any, settings: PlatformSettings) -> Code:
    if not isinstance(exec_, dict) or not isinstance(exec_.get("kind"), str):
        raise malformed("'exec' undefined or not an object with a 'kind'")
    if exec_["kind"] in ("sequence", "blackbox"):
        raise not_emulated(f"functions of kind {exec_['kind']}")
    kind = runtimes.resolve(exec_["kind"], settings.any_python)
    text = exec_.get("code")
    if not isinstance(text, str):
        raise malformed(f"'code' must be a string or attachment object defined in 'exec' for '{kind}' actions")
    made = Code(kind, text, bool(exec_.get("binary")), exec_.get("main") or "main")
    size = len(code_bytes(made))
    if size > CODE_LIMIT:
        raise too_big("exec", size, CODE_LIMIT)
    return made


def code_bytes(code: Code) -> bytes:
    """The zip, or the source in UTF-8."""
    if not code.binary:
        return code.text.encode()
    try:
        return base64.b64decode(code.text, validate=True)
    except binascii.Error as error:
        raise malformed("'code' is not base64") from error


def _parameters(entries: Any) -> Parameters:
    return tuple(Parameter(entry["key"], entry.get("value"), entry.get("init") is True) for entry in _keyed(entries))


def _annotations(entries: Any) -> Annotations:
    return {entry["key"]: entry.get("value") for entry in _keyed(entries)}


def _keyed(entries: Any) -> list[dict[str, Any]]:
    if not isinstance(entries, list):
        raise malformed("parameters malformed!")
    if not all(isinstance(entry, dict) and isinstance(entry.get("key"), str) for entry in entries):
        raise malformed("parameters malformed!")
    return entries


def _limits(old: Limits, given: dict[str, Any]) -> Limits:
    known = {name: value for name, value in given.items() if name in _RANGES and value is not None}
    for name, value in known.items():
        low, high = _RANGES[name]
        field, unit = _WORDS[name]
        if not isinstance(value, int):
            raise malformed(f"{field} limit must be whole number")
        if value > high:
            raise malformed(f"requirement failed: {field} {value} {unit} exceeds allowed threshold of {high} {unit}")
        if value < low:
            raise malformed(f"requirement failed: {field} {value} {unit} below allowed threshold of {low} {unit}")
    return replace(old, **known)
