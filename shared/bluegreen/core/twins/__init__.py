"""Blue and green as twins: where their specs differ, and how one is made equal to the other."""
