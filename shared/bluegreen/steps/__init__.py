"""What is done in each phase. Start with `step`, then `turn` and `take_turn`; then there is a file per phase."""
