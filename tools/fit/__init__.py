"""Fits the states of fingers to many people's hands and to drawn ones: `make fit`."""
