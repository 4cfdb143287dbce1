"""Envoy, the data plane: its configuration, written once at the start, its process, and how it is asked and told."""
