"""For all tests."""

import gc

from hypothesis import settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("searches", deadline=None)
settings.register_profile("any machine", deadline=None, max_examples=40)  # the rest is searched: `make searches`
settings.load_profile("any machine")

# Python looks for cycles after 700 new objects, for small programs: here that takes a seventh of the time.
gc.set_threshold(20_000)
