"""`bluegreen setup domain`: the domain moves to the router's app, step by step, and each step is asked for."""
