"""The plots of 01, backpropagation."""

import matplotlib.pyplot as plt
import numpy as np

import viz


def hessian_table(H, names):
    """The Hessian of the network."""
    fig, ax = plt.subplots(figsize=(5, 4.2))
    limit = np.abs(H).max()
    ax.imshow(H, cmap="PuOr_r", vmin=-limit, vmax=limit)
    for i, j in np.ndindex(5, 5):
        ink = "white" if abs(H[i, j]) > 0.6 * limit else "black"
        ax.text(j, i, f"{H[i, j]:.3f}", ha="center", va="center", fontsize=10, color=ink)
    ax.set_xticks(range(5), names), ax.set_yticks(range(5), names)
    ax.grid(visible=False), ax.set_title("∂²L / ∂row ∂column")
    return viz.picture(ax, "The Hessian of the network: a symmetric table of five by five numbers.")
