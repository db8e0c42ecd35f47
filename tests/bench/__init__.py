"""Engines and their peers at the same work, side by side in one run: `make bench`."""
