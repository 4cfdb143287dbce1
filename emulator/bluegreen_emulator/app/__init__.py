"""The small web app that the local cloud deploys as blue and as green."""
