"""The files of a project: where they lie, what they say, and how they are written."""
