"""Trace once, replay at array speed: a recording turned into straight NumPy code."""

from autograd.trace.traced import Traced, trace

__all__ = ["Traced", "trace"]
