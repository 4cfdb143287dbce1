"""What comes in from outside: webhooks, alerts, parameters, and the nudges of other functions."""
