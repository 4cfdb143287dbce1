"""What each phase does to the world. `take_turn` is the frame of `turn` and `step`, then one file a phase."""
