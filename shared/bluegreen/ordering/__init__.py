"""What people and webhooks ask for, written to the journal."""
