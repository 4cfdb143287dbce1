"""What a release may do to the database that blue and green share."""
