"""``kith run``: batch work as one command over files."""
