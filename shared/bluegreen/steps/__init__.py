"""What each phase does to the world. `turn` is the frame, then one file a phase."""
