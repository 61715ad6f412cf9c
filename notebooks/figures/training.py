"""The plots of 04, training."""

import matplotlib.pyplot as plt
import numpy as np

import viz


def clouds_of_gradients(clouds, full, sizes, scatter):
    """Left."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8))
    for n, marker in [(1, "."), (16, "s"), (256, "^")]:
        cloud = {"markersize": 4, "alpha": 0.6, "rasterized": True, "label": f"batches of {n}"}
        left.plot(*clouds[n].T, marker, **cloud)
    left.plot(*full, "*", color="black", markersize=14, label="all 4096")
    left.set(xlabel="∂L/∂w", ylabel="∂L/∂b", title="Gradients of 150 batches each")
    left.legend(fontsize=10)
    right.loglog(sizes, scatter, "o-")
    right.set(xlabel="batch size", title="Mean distance from the full gradient")
    right.minorticks_off()
    right.set_xticks(sizes, sizes), right.set_yticks([0.3, 1, 3], ["0.3", "1", "3"])
    return viz.picture(
        left,
        "Left: clouds of gradients, tighter for larger batches. Right: a straight "
        "line on logarithmic axes; four times the batch size halves the distance.",
    )


def same_work(train):
    """Loss against samples seen."""
    fig, ax = plt.subplots()
    finals = {}
    for size, dash in [(4096, ":"), (256, "-."), (32, "--"), (4, "-")]:
        seen, losses = train(size, rate=0.05)
        finals[size] = losses[-1]
        name = f"batches of {size}: {seen[-1] // size} steps"
        ax.semilogy(seen, losses, dash, linewidth=2, label=name)
    assert finals[32] < finals[256] < finals[4096]
    ax.set(xlabel="samples looked at", ylabel="loss on all of them", title="The same work, cut up")
    ax.minorticks_off()
    ax.set_yticks([0.6, 1, 2, 4], ["0.6", "1", "2", "4"])
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.85))
    return viz.picture(
        ax, "Loss against samples seen: smaller batches fall faster, but stay noisy."
    )


def four_paths(walks, u, v, valley):
    """Four paths of forty steps in a narrow valley."""
    fig, axes = plt.subplots(2, 2, figsize=(11, 5.4), sharex=True, sharey=True)
    for ax, (name, path) in zip(axes.flat, walks.items()):
        ax.contour(u, v, valley(u, v), np.geomspace(0.05, 30, 9), colors="#A0A6AD")
        ax.plot(*path.T, "o-", color="#D55E00", markersize=3.5, linewidth=1.4)
        ax.plot(0, 0, "*", color="#0072B2", markersize=14)
        ax.set(title=f"{name}: loss {valley(*path[-1]):.2g}", xlabel="u", ylabel="v")
        ax.label_outer()
    return viz.picture(
        ax,
        "Four paths of forty steps in a narrow valley: gradient descent zigzags "
        "and then creeps; momentum swings and arrives; RMSprop turns into the valley at once.",
    )
