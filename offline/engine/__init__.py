"""An embedded stand-in for a subset of the Pulumi CLI: same protocol, same state, no installation."""
