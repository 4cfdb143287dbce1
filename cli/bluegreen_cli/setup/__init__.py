"""`bluegreen setup`: what is wanted, what is there, the plan between the two, and the plan done."""
