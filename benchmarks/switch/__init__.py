"""`make bench-switch`: many switches under load, through the router and through nginx and HAProxy beside it."""
