"""The command line: commands, flags, questions, and what a command does around a run."""
