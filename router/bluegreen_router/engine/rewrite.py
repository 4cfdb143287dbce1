"""What only text can put right, in Lua: the preview's cookie, which the application must not see, and the environments'
own names in what applications build from `Host`. Both run only where there is something to put right: they are dear.
The first is switched on by routes, since a matcher that is asked about each request costs a twentieth of it.
"""

from pathlib import Path

from bluegreen_router.engine.clusters import Config, typed
from bluegreen_router.engine.routes import COOKIE_FILTER
from bluegreen_router.settings import Settings

_COOKIE, _OWN_NAME = Path(__file__).with_name("cookie.lua"), Path(__file__).with_name("own_name.lua")


def rewriting(settings: Settings) -> list[Config]:
    """Filters of the HTTP connection manager."""
    cookie = {**_lua(COOKIE_FILTER, _COOKIE.read_text(encoding="utf-8")), "disabled": True}
    whole: Config = {"contains": "//"}
    built = {"location": whole, "refresh": whole, "set-cookie": {"contains": "domain", "ignore_case": True}}
    own_name = _if("response", built, _lua("own name", _names(settings) + _OWN_NAME.read_text(encoding="utf-8")))
    return [cookie, own_name]


def _names(settings: Settings) -> str:
    """How an environment's own host may be written, with its port or without."""
    names = {name for one in settings.origins.values() for name in (one.authority, one.hostport, one.host)}
    return "local OURS = {" + ", ".join(f'["{name.lower()}"] = true' for name in sorted(names)) + "}\n"


def _lua(name: str, code: str) -> Config:
    """The route stays as it was chosen: the preview's cookie is gone afterwards."""
    told: Config = {"default_source_code": {"inline_string": code}, "clear_route_cache": False}
    return {**typed("envoy.filters.http.lua", "filters.http.lua.v3.Lua", **told), "name": name}


def _if(side: str, headers: dict[str, Config], extension: Config) -> Config:
    """Skipped where none of these headers is like that."""
    absent = [{"not_matcher": {"single_predicate": _like(side, name, value)}} for name, value in headers.items()]
    skip = {"@type": "type.googleapis.com/envoy.extensions.filters.common.matcher.action.v3.SkipFilter"}
    matcher = {
        "predicate": {"and_matcher": {"predicate": absent}} if len(absent) > 1 else absent[0],
        "on_match": {"action": {"name": "skip", "typed_config": skip}},
    }
    return typed(
        extension["name"],
        "common.matching.v3.ExtensionWithMatcher",
        extension_config=extension,
        xds_matcher={"matcher_list": {"matchers": [matcher]}},
    )


def _like(side: str, header: str, value: Config) -> Config:
    kind = f"type.googleapis.com/envoy.type.matcher.v3.Http{side.title()}HeaderMatchInput"
    taken = {"name": header, "typed_config": {"@type": kind, "header_name": header}}
    return {"input": taken, "value_match": value}
