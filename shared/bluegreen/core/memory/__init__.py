"""What outlives the record: objects of their own, each created once."""
