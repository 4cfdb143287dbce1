"""Rollbacks that are more than the ordinary one (orders.rollback): to a named release, and by App Platform itself."""
