"""What a run does to the resources of a stack, and in which order."""
