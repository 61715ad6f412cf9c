"""Gradient flow: how much gradient reaches each layer, now and in the course of training."""

from viz.flow.figures import LayerFlow
from viz.flow.history import FlowHistory
from viz.flow.measure import GradientFlow, gradient_flow
from viz.flow.on_graph import draw_flow

__all__ = ["FlowHistory", "GradientFlow", "LayerFlow", "draw_flow", "gradient_flow"]
