"""Backward passes told step by step: as data, text, a page, or pictures for slides."""

from viz.stepping.frames import Frame, Result, tell
from viz.stepping.player import Steps, steps
from viz.stepping.story import Story

__all__ = ["Frame", "Result", "Steps", "Story", "steps", "tell"]
