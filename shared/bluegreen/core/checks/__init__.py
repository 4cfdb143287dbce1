"""Health and smoke checks: does a response meet what bluegreen.yml expects?"""
