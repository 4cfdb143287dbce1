"""An app that a rollback by App Platform has pinned takes no deployment: why, and how to unpin it."""

from bluegreen.core.environment import Environment


def pin_explanation(environment: Environment, app: str, deployment: str) -> str:
    return (
        f"{environment.value} is pinned to deployment {deployment[:8]} by App Platform's own rollback: "
        f"POST /v2/apps/{app}/rollback/commit keeps it, …/rollback/revert undoes it; until then it takes no deployment"
    )
