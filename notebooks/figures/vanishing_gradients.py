"""The plots of 05, vanishing gradients."""

import matplotlib.pyplot as plt
import numpy as np

import viz
from nn import ReLU, Sigmoid, Tanh, he_normal, xavier_uniform


def two_factors(slope, weight):
    """Left."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.9))
    at = np.arange(10, 1, -1)
    left.bar(at + 0.2, slope, 0.38, color="#0072B2", label="what the slopes leave")
    left.bar(at - 0.2, weight, 0.38, color="#E69F00", hatch="//", label="what the weights leave")
    left.set(xlabel="hidden layer", ylim=(0, 1.1), title="Two factors a layer …")
    right.semilogy([10, *(at - 1)], np.cumprod([1, *(slope * weight)]), "o-", color="#0072B2")
    right.set(xlabel="hidden layer", title="… and their product")
    for ax, lowest in ((left, 2), (right, 1)):
        ax.invert_xaxis(), ax.set_xticks(range(lowest, 11))
    left.legend(loc="upper left", fontsize=10), right.minorticks_off()
    return viz.picture(
        left,
        "Left: in each of the layers 10 to 2 the slopes leave under a quarter of the "
        "gradient, and the weights only a part of that. Right: their product falls and falls.",
    )


def signals_on_their_way(spreads):
    """The spread of each layer's outputs."""
    fig, ax = plt.subplots()
    for name, times, style in [
        ("too large: 4 × Xavier", 4, "s--"),
        ("Xavier", 1, "o-"),
        ("too small: ¼ × Xavier", 0.25, "^:"),
    ]:
        found = spreads(Tanh, lambda shape, rng, k=times: k * xavier_uniform(shape, rng=rng))
        ax.semilogy(range(1, 11), found, style, label=name)
    ax.set(xlabel="hidden layer", ylabel="spread of outputs", title="Signals on their way (tanh)")
    ax.legend(), ax.minorticks_off()
    return viz.picture(
        ax,
        "The spread of each layer's outputs: near 1, that is saturated, for too large "
        "weights; shrinking to a millionth for too small ones; for Xavier's in between.",
    )


def depth_is_the_exponent(classic, reach, deep, depths):
    """The first layer's gradient compared with the last one's."""
    fig, ax = plt.subplots()
    for name, activation, init, style in [
        ("sigmoid, classic", Sigmoid, classic, "o-"),
        ("sigmoid, Xavier", Sigmoid, xavier_uniform, "v--"),
        ("ReLU, He", ReLU, he_normal, "s-."),
    ]:
        found = [reach(deep(activation, init, depth=depth)) for depth in depths]
        ax.semilogy(depths, [g[0] / g[-1] for g in found], style, label=name)
    ax.set(
        xlabel="hidden layers", ylabel="gradient: first / last layer", title="Depth is the exponent"
    )
    ax.set_xticks(range(0, 21, 5)), ax.legend(), ax.minorticks_off()
    return viz.picture(
        ax,
        "The first layer's gradient compared with the last one's, against depth: a "
        "straight line down for sigmoids, with either start; level for ReLU with He.",
    )


def telling_samples_apart(plain, normed):
    """The spread of a neuron's answers."""
    fig, ax = plt.subplots(figsize=(7.2, 3.4))
    ax.semilogy(range(1, 11), plain, "o--", label="sigmoid")
    ax.semilogy(range(1, 11), normed, "s-", label="sigmoid, batch norm")
    ax.set(xlabel="hidden layer", ylabel="spread over samples", title="Can it tell samples apart?")
    ax.legend(), ax.minorticks_off()
    return viz.picture(
        ax,
        "The spread of a neuron's answers: without batch norm it falls below a millionth "
        "by the tenth layer, with it it stays above a tenth.",
    )


def clipped_arrow(before, after):
    """A gradient of length 50."""
    fig, ax = plt.subplots(figsize=(6.4, 4))
    for vector, name, style in [
        (before, "gradient, length 50", "--"),
        (after, "clipped to 10", "-"),
    ]:
        ax.plot([0, vector[0]], [0, vector[1]], style, linewidth=3, label=name)
        ax.plot(*vector, "o", color=ax.lines[-1].get_color(), markersize=9)
    ax.add_patch(plt.Circle((0, 0), 10, fill=False, color="black", linestyle=":"))
    ax.set(aspect="equal", xlim=(-14, 62), ylim=(-14, 45), xlabel="∂/∂w1", ylabel="∂/∂w2")
    ax.legend(loc="lower right")
    return viz.picture(
        ax, "A gradient of length 50, and in the same direction the clipped one of length 10."
    )


def flows(both, titles):
    """Draw the mean gradients of the layers of two models side by side."""
    fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
    words = []
    for ax, found, title in zip(axes, both, titles, strict=True):
        means = np.array(found)
        at, low, high = np.arange(1, len(means) + 1), means < 1e-3 * means.max(), means > 10
        looks = [(low, "#E69F00", "///", "vanishing"), (high, "#D55E00", "xx", "exploding")]
        ax.bar(at[~low & ~high], means[~low & ~high], color="#0072B2")
        for some, colour, hatch, label in looks:
            if some.any():
                ax.bar(at[some], means[some], color=colour, hatch=hatch, label=label)
                ax.legend(loc="upper left")
        ax.set(yscale="log", ylim=(1e-11, 1e5), xlim=(0, len(at) + 1), xlabel="layer", title=title)
        ax.minorticks_off()
        words.append(f"{title}: {means[0]:.1e} in the first layer, {means[-1]:.1e} in the last")
    axes[0].set_ylabel("mean |gradient| of the weights")
    return viz.picture(axes[0], "Gradient of each layer. " + "; ".join(words) + ".")
