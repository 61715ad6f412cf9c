"""Backward passes told step by step: as data, as text, as a page, as pictures for slides."""

from viz.steps.frames import Frame, Result, tell
from viz.steps.steps import Steps, steps
from viz.steps.story import Story

__all__ = ["Frame", "Result", "Steps", "Story", "steps", "tell"]
