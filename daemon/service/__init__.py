"""Running unattended: the system's own ways of starting gestured, and of keeping it running."""
