"""The parts of an invocation: the request, what the entry point works with, the response."""
