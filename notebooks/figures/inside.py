"""The plots of 08, inside."""

import matplotlib.pyplot as plt
import numpy as np

import viz
from autograd import Tensor, gradients


def rule_and_measurement(x, z, slope, measured):
    """Tanh."""
    fig, ax = plt.subplots(figsize=(7.2, 3.2))
    ax.plot(x, z, linewidth=2.4, label="forward rule")
    ax.plot(x, slope, "--", linewidth=2.4, label="derivative rule")
    ax.plot(x[::6], measured[::6], "o", markersize=5, label="measured")
    ax.set(xlabel="x"), ax.legend()
    return viz.picture(
        ax, "tanh, and its derivative by the rule and measured: the points lie on the curve."
    )


def measured_derivatives(ones):
    """Every row of one operand: its value, its derivative by the rule, and measured."""
    lines = -(-len(ones) // 6)
    fig, axes = plt.subplots(lines, 6, figsize=(10.4, 1.8 * lines))
    for ax, (name, row) in zip(axes.flat, ones.items()):
        x = np.linspace(*row.sample[0], 42)[1:-1]  # so that none is at a kink or a jump
        (slope,) = gradients(row(t := Tensor(x)).sum(), [t])
        slope = np.asarray(getattr(slope, "data", slope)) * np.ones(40)
        measured = (row.array(x + 1e-6) - row.array(x - 1e-6)) / 2e-6
        assert np.allclose(slope, measured, atol=1e-6), name
        ax.plot(x, row.array(x)), ax.plot(x, slope, "--"), ax.plot(x[::6], measured[::6], ".k")
        ax.set_title(name, fontsize=11), ax.tick_params(labelsize=8), ax.grid(visible=False)
        ax.locator_params(nbins=2)
    for ax in axes.flat[len(ones) :]:
        ax.axis("off")
    return viz.picture(
        axes[0, 0], f"{len(ones)} functions; derivatives by rule and measured are equal."
    )


def matrix_and_transpose(J):
    """The matrix of derivatives."""
    fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.3))
    for ax, matrix, title in zip(axes, (J, J.T), ("forward: ∂z/∂x", "backward: its transpose")):
        ax.imshow(matrix, cmap="Blues")
        ax.grid(visible=False), ax.set_title(title)
    return viz.picture(
        axes[0], "The matrix of derivatives, ones on and below the diagonal; its transpose."
    )


def nodes_against_width(counts, widths):
    """Nodes against width."""
    fig, ax = plt.subplots(figsize=(7.2, 3.6))
    for (kind, nodes), line in zip(counts.items(), ("s--", "o-")):
        ax.loglog(widths, nodes, line, label=kind)
        ax.annotate(
            f"{nodes[-1]:,}", (widths[-1], nodes[-1]), xytext=(6, 0), textcoords="offset points"
        )
    ax.set(xlabel="neurons in each hidden layer", ylabel="nodes of one loss", xticks=widths)
    ax.set_xticklabels(widths), ax.minorticks_off(), ax.set_xlim(right=45), ax.legend()
    return viz.picture(
        ax,
        f"Nodes against width: Tensors stay at {counts['Tensors'][0]}, Values grow to "
        f"{counts['Values'][-1]:,}.",
    )
