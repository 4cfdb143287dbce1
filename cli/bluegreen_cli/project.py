"""project.yml, read and refused as github.com/digitalocean/functions-deployer 5.0.19 does it."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import yaml
from croniter import croniter
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bluegreen_cli.faults import Faulty

_SUBSTITUTION = re.compile(r"\$([{(])([^})]*)([})]?)")
_ANNOTATIONS = {"require-whisk-auth": "webSecure", "web-export": "web", "raw-http": "web: raw"}
_LEGACY = {"sourceType", "sourceDetails"}
_BOOL, _INT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"
_FIELD = re.compile(r"(\*|\d+(-\d+)?)(/\d+)?(,(\*|\d+(-\d+)?)(/\d+)?)*")
_LAST = (59, 23, 31, 12, 6)  # of the five fields
_STEPS_OF = (60, 24, 31, 12, 7)


class _AsTheDeployer(yaml.SafeLoader):
    """YAML 1.2, in which `no` and `1:30` are texts; a key that is written twice is no YAML."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} is written twice", node.start_mark)
        return super().construct_mapping(node, deep)


_AsTheDeployer.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag not in (_BOOL, _INT)]  # PyYAML's are those of YAML 1.1
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_AsTheDeployer.add_implicit_resolver(_BOOL, re.compile("(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_AsTheDeployer.add_implicit_resolver(_INT, re.compile(r"(?:[-+]?[0-9]+|0x[0-9a-fA-F]+)$"), list("-+0123456789"))


class _Part(BaseModel):
    """A key that is not known is an error; a key without a value counts as left out."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, written: Any) -> Any:
        return {k: v for k, v in written.items() if v is not None} if isinstance(written, dict) else written


def _beyond(field: str, last: int) -> bool:
    return any(int(number) > last for number in re.findall(r"\d+", field))


class Limits(_Part):
    timeout: int | None = None  # milliseconds
    memory: int | None = None  # MB
    logs: int | None = None  # KB


class Schedule(_Part):
    cron: str
    body: dict[str, Any] | None = None

    @field_validator("cron")
    @classmethod
    def _five_fields(cls, cron: str) -> str:
        fields = cron.split()
        plain = len(fields) == 5 and all(_FIELD.fullmatch(field) for field in fields)
        if not plain or not croniter.is_valid(cron) or any(map(_beyond, fields, _LAST)):
            raise ValueError(f"the cron expression '{cron}' is not valid crontab syntax")
        for field, whole in zip(fields, _STEPS_OF, strict=True):
            if any(not int(step) or whole % int(step) for step in re.findall(r"/(\d+)", field)):
                raise ValueError(f"the cron expression '{cron}': a step has to divide its range, which is {whole}")
        return cron


class Trigger(_Part):
    name: str
    type: Literal["SCHEDULED"]
    scheduled: Schedule = Field(alias="scheduledDetails")
    enabled: bool = True

    @model_validator(mode="before")
    @classmethod
    def _documented_form(cls, written: Any) -> Any:
        if not isinstance(written, dict) or not _LEGACY & written.keys():
            return written
        details = written.get("sourceDetails") or {}
        source = written.get("sourceType")
        return {k: v for k, v in written.items() if k not in _LEGACY} | {
            "type": "SCHEDULED" if source == "scheduler" else source,
            "scheduledDetails": {"cron": details.get("cron"), "body": details.get("withBody")},
        }


class Function(_Part):
    name: str
    runtime: str
    main: str = ""
    web: bool | Literal["raw"] = True
    web_secure: Literal[False] | str = Field(default=False, alias="webSecure")
    environment: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    limits: Limits = Limits()
    triggers: tuple[Trigger, ...] = Field(default=(), strict=False)

    @field_validator("annotations")
    @classmethod
    def _not_the_deployers(cls, annotations: dict[str, Any]) -> dict[str, Any]:
        for name in _ANNOTATIONS.keys() & annotations.keys():
            raise ValueError(f"the '{name}' annotation may not be set explicitly; use '{_ANNOTATIONS[name]}'")
        return annotations


class Package(_Part):
    name: str
    environment: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    web: bool | Literal["raw"] | None = None
    shared: bool = False
    functions: tuple[Function, ...] = Field(default=(), strict=False)

    @model_validator(mode="before")
    @classmethod
    def _web_of_functions(cls, written: Any) -> Any:
        """A package's `web` holds for functions that do not say; where nobody says, they are public."""
        if not isinstance(written, dict) or not isinstance(written.get("functions"), list) or "web" not in written:
            return written
        functions = [{"web": written["web"], **f} if isinstance(f, dict) else f for f in written["functions"]]
        return {**written, "functions": functions}

    def full_name(self, function: Function) -> str:
        return function.name if self.name == "default" else f"{self.name}/{function.name}"


class Project(_Part):
    environment: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    packages: tuple[Package, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _default_is_bare(self) -> "Project":
        for package in self.packages:
            own = package.environment or package.parameters or package.annotations
            if package.name == "default" and (own or self.environment or self.parameters or package.shared):
                raise ValueError(
                    "the default package does not support attaching environment, parameters or annotations"
                )
        return self


def read(text: str, environment: Mapping[str, str] | None = None) -> Project:
    """With `environment`, its values are put in place first; without, `${NAME}` stays as it is written."""
    filled = text if environment is None else substitute(text, environment)
    if "\t" in filled:
        raise Faulty(["project.yml: YAML configuration may not contain tabs"])
    try:
        written = yaml.load(filled, _AsTheDeployer)
        return Project.model_validate(written)
    except yaml.YAMLError as error:
        raise Faulty([f"project.yml is not YAML{_breaking(environment)}: {getattr(error, 'problem', error)}"]) from None
    except ValidationError as error:
        raise Faulty([_fault(found, written) for found in error.errors(include_input=False)]) from None


def _breaking(environment: Mapping[str, str] | None) -> str:
    """The deployer puts values in place as they are, between the quotation marks of project.yml."""
    given = {name: value for name, value in (environment or {}).items() if name.startswith("BLUEGREEN_")}
    names = sorted(name for name, value in given.items() if '"' in value or "\\" in value)
    return f" once its values are in place; {' and '.join(names)} has a quotation mark or a backslash" if names else ""


def without_comments(text: str) -> str:
    """The deployer fills in `${…}` within comments too, and fails where such a name is not set."""
    return re.sub(r"(?m)^\s*#.*\n", "", text)


def substitute(text: str, environment: Mapping[str, str]) -> str:
    """Fills in `${NAME}`, in comments too. Unset and empty are the same: not resolved."""
    unresolved: list[str] = []

    def value(found: re.Match[str]) -> str:
        opening, name, closing = found[1], found[2].strip(), found[3]
        if not closing:
            raise Faulty(["project.yml: Runaway variable name or path directive"])
        if opening == "(" or name.startswith("<") or " " in name:
            raise Faulty([f"project.yml: '{found[0]}': only ${{NAME}} is used in this project"])
        given = environment.get(name.removeprefix("|").strip(), "")
        if not given:
            unresolved.append(name)
        return given if name.startswith("|") else given.replace("\n", "\\n")

    filled = _SUBSTITUTION.sub(value, text)
    if unresolved:
        names = "', '".join(dict.fromkeys(unresolved))
        raise Faulty([f"project.yml: The following substitutions could not be resolved: '{names}'"])
    return filled


def _fault(found: Any, written: Any) -> str:
    """`packages.hooks.functions.github.limits.timeout: …`: lists are named by their members."""
    at, where = written, []
    for step in found["loc"]:
        at = _member(at, step)
        where.append(at["name"] if isinstance(step, int) and isinstance(at, dict) and "name" in at else step)
    said = f"Invalid key '{where[-1]}'" if found["type"] == "extra_forbidden" else found["msg"]
    return f"project.yml {'.'.join(map(str, where))}: {said}"


def _member(at: Any, step: Any) -> Any:
    try:
        return at[step]
    except (KeyError, IndexError, TypeError):
        return None
