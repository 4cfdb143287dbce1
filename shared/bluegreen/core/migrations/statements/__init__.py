"""What each kind of statement does to the releases that run."""
