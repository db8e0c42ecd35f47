"""The policies, and what they share: what they read, how they are configured, what a violation says."""
