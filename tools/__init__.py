"""What the Makefile calls: set-up of the checkout, the emulator of the clone, and the run of an engine."""
