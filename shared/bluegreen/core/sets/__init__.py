"""Sets of services that are released together: who is in one, where each stands, what follows for each."""
