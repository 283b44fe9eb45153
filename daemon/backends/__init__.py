"""Ways to reach the operating system's input: each module has one `Backend`."""
