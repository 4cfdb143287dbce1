"""What each function does when it is called: one file a function. The doors in packages/ name one of these each."""
