"""A release that serves after its bake: does it pass the critical level, and does the way back still answer?"""
