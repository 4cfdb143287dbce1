"""Metrics of the services: metric families, and the two text formats that Prometheus reads."""
