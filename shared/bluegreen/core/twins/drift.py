"""Drift where each environment is an app of its own: the whole specs are compared."""

from bluegreen.core.config.service import Service
from bluegreen.core.environment import Environment
from bluegreen.core.twins.comparing import allowed_of, differences
from bluegreen.core.twins.components import Spec
from bluegreen.core.twins.equalising import equalised


class Drift:
    """Between the specs of two apps."""

    def __init__(self, service: Service, active: Environment, model: Spec, idle: Spec) -> None:
        self._active, self._model, self._idle = active, model, idle
        self._allowed = allowed_of(service, active, model, idle)

    def warnings(self) -> list[str]:
        """All that a person has to know before a deployment."""
        return differences(self._active, self._model, self._idle, self._allowed)

    def equalised(self) -> Spec:
        """The idle app's spec made equal to the model; `Refused` where that would do harm."""
        return equalised(self._active, self._model, self._idle, self._allowed)
