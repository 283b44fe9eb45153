"""What `gestured bench` measures. Every figure comes from the run that prints it."""
