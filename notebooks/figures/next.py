"""The plots of 09, next."""

import matplotlib.pyplot as plt
import numpy as np

import viz


def reach_of_the_gradient(reach):
    """Gradient against moments back."""
    fig, ax = plt.subplots(figsize=(7.2, 3.4))
    for u_value, line in [(0.5, "-"), (1.0, "--"), (2.0, "-.")]:
        ax.semilogy(range(1, 31), reach(u_value), line, linewidth=2.4, label=f"u = {u_value}")
    ax.set(xlabel="moments back", ylabel="|gradient|"), ax.legend()
    return viz.picture(
        ax,
        "Gradient against moments back: for u = 0.5 it vanishes; for 2 it grows, then tanh "
        "saturates and it vanishes as well; for 1 it lasts.",
    )


def what_the_states_know(fresh, rows, best):
    """What was said."""
    fig, ax = plt.subplots(figsize=(8, 2.9))
    ax.imshow([fresh[:, 0, 0], *rows], cmap="PuOr", vmin=-1, vmax=1, aspect="auto")
    ago = ["now", "1 moment ago", "2 moments ago", "3 moments ago"]
    ax.set_yticks(range(5), ["said", *(f"state {s}: {a}" for s, a in zip(best, ago))])
    ax.set(xlabel="moment", title="purple: 1, orange: -1"), ax.grid(visible=False)
    return viz.picture(
        ax, "What was said, and under it four states, each the same pattern a moment later."
    )


def turning_query(v, looked):
    """Step by step the query turns to the third key."""
    fig, ax = plt.subplots(figsize=(7.2, 3))
    for i, line in enumerate(("-", "--", "-.")):
        name = f"key {i + 1}, value {v.data[i, 0]:.0f}"
        ax.plot(np.array(looked)[:, i], line, linewidth=2.4, label=name)
    ax.set(xlabel="step", ylabel="share of the look", ylim=(0, 1), title="3 is wanted"), ax.legend()
    return viz.picture(
        ax, "Step by step the query turns to the third key, whose value is the wanted one."
    )
