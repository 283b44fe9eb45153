"""Motions: what a hand, or two, did over time, told from its landmarks."""
