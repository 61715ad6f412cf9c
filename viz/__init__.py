"""Pictures of what was recorded: graphs, steps of the backward pass, gradient flow, plots."""

from viz.beside import beside
from viz.drawing import Drawing, draw
from viz.explain import Explanation, explain
from viz.flow import GradientFlow, LayerFlow, gradient_flow
from viz.flow_drawing import draw_flow
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
from viz.steps import Steps, steps
from viz.tape import Tape, tape

__all__ = [
    "Drawing",
    "EngineError",
    "Explanation",
    "FlowHistory",
    "GradientFlow",
    "LayerFlow",
    "NetworkPicture",
    "Steps",
    "Tape",
    "TooLargeError",
    "alt_text",
    "beside",
    "confusion_matrix",
    "decision_regions",
    "draw",
    "draw_flow",
    "dropout_masks",
    "explain",
    "function_plot",
    "gradient_flow",
    "histograms",
    "learning_curves",
    "loss_landscape",
    "network",
    "parameter_vector",
    "penalty_balls",
    "picture",
    "steps",
    "tape",
]
