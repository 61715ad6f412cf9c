"""Pictures of what was recorded: graphs, steps of the backward pass, gradient flow, plots."""

from viz.drawing import Drawing, draw
from viz.flow import GradientFlow, LayerFlow, gradient_flow
from viz.flow_history import FlowHistory
from viz.network import NetworkPicture, network
from viz.plots import (
    alt_text,
    confusion_matrix,
    decision_regions,
    dropout_masks,
    function_plot,
    histograms,
    learning_curves,
    loss_landscape,
    parameter_vector,
    penalty_balls,
    picture,
)
from viz.render import EngineError
from viz.selection import TooLargeError

__all__ = [
    "Drawing",
    "EngineError",
    "FlowHistory",
    "GradientFlow",
    "LayerFlow",
    "NetworkPicture",
    "TooLargeError",
    "alt_text",
    "confusion_matrix",
    "decision_regions",
    "draw",
    "dropout_masks",
    "function_plot",
    "gradient_flow",
    "histograms",
    "learning_curves",
    "loss_landscape",
    "network",
    "parameter_vector",
    "penalty_balls",
    "picture",
]
