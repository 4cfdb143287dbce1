"""How the emulated Functions platform behaves where its documentation is silent or a test wants it otherwise."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class PlatformSettings:
    """Every default is the documented behaviour, or OpenWhisk's where DigitalOcean says nothing."""

    raw_body: Literal["flagged", "unflagged", "text"] = "flagged"
    """The body of a raw web call: base64 with `isBase64Encoded`, base64 without the flag, or plain text."""

    final_parameters: Literal["refuse", "override"] = "refuse"
    """A caller names a bound parameter: 400 (OpenWhisk), or the caller's value wins (DigitalOcean's page)."""

    blocking_wait: float = 30.0
    """Seconds that a blocking call waits before it turns asynchronous."""

    late_web_answer: Literal[202, 504] = 202
    """What a web caller gets after `blocking_wait`."""

    invocations_per_minute: int = 600
    concurrent_invocations: int = 120

    lose_accepted: float = 0.0
    """Share of the accepted asynchronous calls that never run (see also `Accidents`)."""

    run_twice: float = 0.0
    """Share of the accepted asynchronous calls that run twice, under one activation id."""

    cold: bool = False
    """Never keep a process: each call starts a new one."""

    keep_warm: float = 600.0
    """Seconds that an idle process is kept."""

    freeze: bool = True
    """An idle process is stopped, as the platform pauses its containers: its threads stand still between calls."""

    upper_case_method: bool = True
    """`http.method` as DigitalOcean's example shows it, else as OpenWhisk has it."""

    provide_api_key: bool = False
    """Functions annotated `provide-api-key` get the caller's key in `context.api_key`."""

    legacy_key: bool = False
    """Accept the namespace's `uuid:key`, which was to end in June 2026."""

    default_timeout: int = 3000
    """Milliseconds, for functions deployed without `limits.timeout`."""

    trigger_limit: int = 3

    preinstalled: tuple[Path, ...] = ()
    """Folders that stand for the image's own libraries; they come before the function's folder in `sys.path`."""

    any_python: bool = False
    """Run kinds of other Python versions too, by this Python; otherwise they are refused with 501."""
