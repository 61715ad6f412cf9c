"""Benchmarks against peers, each in a process of its own: `python -m benchmarks`."""
