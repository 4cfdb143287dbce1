"""Orders of people and webhooks, carried out in the journal."""
