"""How fast and how large: `python -m benchmarks [names]` prints a table."""
