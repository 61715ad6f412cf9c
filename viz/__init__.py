"""Pictures of what was recorded: graphs, steps of the backward pass, gradient flow, plots."""

from typing import TYPE_CHECKING

import autograd.installation  # noqa: F401 - first, since it reports what is wrong with the others
from autograd.lazy_names import on_demand
from autograd.version import __version__

if TYPE_CHECKING:
    from viz.diagram import NetworkPicture, network
    from viz.engine import EngineError, start_engine, use_engine
    from viz.flow import FlowHistory, GradientFlow, LayerFlow, draw_flow, gradient_flow
    from viz.formulas import Explanation, Tape, explain, tape
    from viz.graph import Drawing, TooLargeError, beside, draw, load_drawing
    from viz.pages import Film, Live, Playground, film, live, playground
    from viz.plots import (
        alt_text,
        attention,
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
    from viz.stepping import Steps, steps
else:
    __getattr__ = on_demand(
        __name__,
        {
            "viz.engine": "EngineError start_engine use_engine",
            "viz.flow": "FlowHistory GradientFlow LayerFlow draw_flow gradient_flow",
            "viz.formulas": "Explanation Tape explain tape",
            "viz.graph": "Drawing TooLargeError beside draw load_drawing",
            "viz.pages": "Film Live Playground film live playground",
            "viz.diagram": "NetworkPicture network",
            "viz.plots": (
                "alt_text attention confusion_matrix decision_regions dropout_masks function_plot "
                "histograms learning_curves loss_landscape parameter_vector penalty_balls "
                "picture"
            ),
            "viz.stepping": "Steps steps",
        },
    )

__all__ = [
    "Drawing",
    "EngineError",
    "Explanation",
    "Film",
    "FlowHistory",
    "GradientFlow",
    "LayerFlow",
    "Live",
    "NetworkPicture",
    "Playground",
    "Steps",
    "Tape",
    "TooLargeError",
    "__version__",
    "alt_text",
    "attention",
    "beside",
    "confusion_matrix",
    "decision_regions",
    "draw",
    "draw_flow",
    "dropout_masks",
    "explain",
    "film",
    "function_plot",
    "gradient_flow",
    "histograms",
    "learning_curves",
    "live",
    "load_drawing",
    "loss_landscape",
    "network",
    "parameter_vector",
    "penalty_balls",
    "picture",
    "playground",
    "start_engine",
    "steps",
    "tape",
    "use_engine",
]


def __dir__() -> list[str]:
    return sorted(__all__)
