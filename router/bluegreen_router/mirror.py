"""What share of users' requests Envoy sends to the idle environment as well: told when it changes."""

from urllib.parse import quote

from bluegreen_router.engine.admin import Admin
from bluegreen_router.engine.routes import SHARE
from bluegreen_router.log import Log
from bluegreen_router.route import Route

_FRACTION = "{{numerator: {}, denominator: TEN_THOUSAND}}"  # a bare number would be whole percents


class Mirror:
    def __init__(self, admin: Admin, log: Log) -> None:
        self._admin, self._log = admin, log
        self._told = 0

    def settle(self, route: Route | None) -> None:
        """Repeated until Envoy has taken it; by then the idle environment's place is known to it, or gone."""
        share = round(route.mirrored * 100) if route else 0
        if share == self._told:
            return
        try:
            self._admin.order(f"/runtime_modify?{SHARE}={quote(_FRACTION.format(share))}")
        except OSError as error:
            self._log.trouble("the mirror", f"envoy does not take its share: {error!r}")
            return
        self._told = share
        self._log.trouble("the mirror", "")
        self._log.say("info", f"{share / 100:g} % of users' requests are mirrored")
