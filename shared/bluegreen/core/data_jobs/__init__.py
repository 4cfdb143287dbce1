"""The entries of data jobs and clean-ups in the record, as releases come to rest."""
