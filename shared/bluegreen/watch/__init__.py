"""What the scheduled function ops/watch does in its minute."""
