"""Bluegreen: blue-green deployments for DigitalOcean that run as DigitalOcean Functions. Start in `core`."""
