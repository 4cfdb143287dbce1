"""`python -m benchmarks.replay`. Its workers, like those of `bluegreen`, load what they judge with and no command."""

if __name__ == "__main__":
    from benchmarks.replay.command import app

    app()
