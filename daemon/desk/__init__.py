"""What the desktop tells the daemon and is told by it: real input, screen lock, notices, sounds."""
