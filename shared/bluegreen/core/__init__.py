"""What is decided, apart from what is done: no network, no clock, no environment. Start with phases, then table."""
