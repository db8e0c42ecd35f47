"""What the engine speaks of, as plain data, and pure functions on it."""
