"""Environments come and go: one is added as a copy of another, released, removed; and its removal is seen in review."""
