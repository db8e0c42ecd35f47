"""How this repository becomes one distribution: what lies where in its wheel, and under which names."""
