"""What changes under a journal that goes on: the apps of bluegreen.yml, and whoever else is in the bucket."""
