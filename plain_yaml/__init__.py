"""YAML of the project's files as plain data, within limits: the one reader of the engine, the tools and the program.

It knows neither of them, and says what is wrong with a file by its place alone; how that is told is theirs.
"""

from __future__ import annotations

from plain_yaml.reader import MAX_BYTES, MAX_DEPTH, MAX_VALUES, YamlError, load_text, read_text

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_VALUES", "YamlError", "load_text", "read_text"]
