"""The commands for people at a terminal: look at services and releases, and act on them."""
