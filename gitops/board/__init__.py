"""All environments at a glance: what is declared, held and found, as one page (docs/board.md)."""
