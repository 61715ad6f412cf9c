"""Trace once, replay at array speed: a recording turned into straight-line NumPy code."""

from autograd.tracing.traced import Traced, trace

__all__ = ["Traced", "trace"]
