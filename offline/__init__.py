"""What stands in for services that a developer's machine may not reach; README.md says when, and for what."""
