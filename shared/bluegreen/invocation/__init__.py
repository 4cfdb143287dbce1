"""What an invocation consists of: its request, what it gets to work with, its answer."""
