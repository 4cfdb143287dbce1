"""What a release does to the database that both environments share."""
