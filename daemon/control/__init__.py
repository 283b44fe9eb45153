"""Talking to the running daemon: one a session, by a socket of the user's own."""
