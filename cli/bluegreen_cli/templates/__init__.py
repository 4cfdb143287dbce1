"""Files for the repository of whoever uses Bluegreen: its workflows on GitHub, and smoke tests for Playwright."""

from pathlib import Path

_HERE = Path(__file__).parent
# Where each belongs in a repository → the file here.
PLACES = {
    ".github/workflows/deploy-blue-green.yml": "deploy-blue-green.yml",
    ".github/workflows/smoke.yml": "smoke.yml",
    "tests/smoke/critical-paths.spec.ts": "critical-paths.spec.ts",
    "tests/smoke/playwright.config.ts": "playwright.config.ts",
}


def templates() -> dict[str, str]:
    """Path in a repository → text."""
    return {place: (_HERE / name).read_text(encoding="utf-8") for place, name in PLACES.items()}
