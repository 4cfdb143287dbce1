"""Bluegreen: blue-green deployments for DigitalOcean, run by DigitalOcean Functions. Start in `core`."""
