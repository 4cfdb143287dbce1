"""Every decision, as pure functions: no network, no clock, no environment. Start with phases, then table."""
