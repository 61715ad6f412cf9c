"""The plots, one concept a file. They need matplotlib: the extra `plots`."""

from viz.plots.attention import attention
from viz.plots.canvas import alt_text, picture
from viz.plots.confusion_matrix import confusion_matrix
from viz.plots.decision_regions import decision_regions
from viz.plots.dropout_masks import dropout_masks
from viz.plots.function_plot import function_plot
from viz.plots.histograms import histograms
from viz.plots.learning_curves import learning_curves
from viz.plots.loss_landscape import loss_landscape, parameter_vector
from viz.plots.penalty_balls import penalty_balls

__all__ = [
    "alt_text",
    "attention",
    "confusion_matrix",
    "decision_regions",
    "dropout_masks",
    "function_plot",
    "histograms",
    "learning_curves",
    "loss_landscape",
    "parameter_vector",
    "penalty_balls",
    "picture",
]
