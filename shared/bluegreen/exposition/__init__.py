"""What is known about services as metrics: families of numbers, and the two text formats that Prometheus reads."""
