"""One module a command: its arguments, and a function that returns the exit code."""
