"""The plots, one concept per file. They need matplotlib: the extra `plots`."""

from viz.plots.attention_tables import attention
from viz.plots.balls import penalty_balls
from viz.plots.canvas import alt_text, picture
from viz.plots.confusion import confusion_matrix
from viz.plots.curves import learning_curves
from viz.plots.distributions import histograms
from viz.plots.functions import function_plot
from viz.plots.landscape import loss_landscape, parameter_vector
from viz.plots.masks import dropout_masks
from viz.plots.regions import decision_regions

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
