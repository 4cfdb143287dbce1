"""What ops/watch does in its minute."""
