"""The record of a training."""

import math

import matplotlib as mpl
import pytest

mpl.use("Agg")

from nn import History


def made():
    history = History()
    history.record(loss=3.0, accuracy=0.5)
    history.record(loss=1.0, accuracy=0.9)
    history.record(loss=2.0, accuracy=0.7)
    return history


def test_figures_are_read_like_a_dict():
    history = made()
    assert history["loss"] == [3.0, 1.0, 2.0]
    assert dict(history) == {"loss": [3.0, 1.0, 2.0], "accuracy": [0.5, 0.9, 0.7]}
    assert (len(history), history.epochs) == (2, 3)
    with pytest.raises(KeyError, match=r"'val_loss'.*\['loss', 'accuracy'\]"):
        history["val_loss"]


def test_the_best_epoch_counts_from_one():
    history = made()
    assert history.best() == (2, 1.0)
    assert history.best("accuracy", mode="max") == (2, 0.9)
    history.record(loss=math.nan)
    assert history.best() == (2, 1.0)
    with pytest.raises(ValueError, match="mode"):
        history.best(mode="least")
    empty = History()
    empty.record(loss=math.nan)
    with pytest.raises(ValueError, match="no figure"):
        empty.best()


def test_a_figure_that_comes_late_lines_up_with_the_epochs():
    history = made()
    history.record(loss=1.0, val_loss=4.0)
    assert all(math.isnan(v) for v in history["val_loss"][:3])
    assert history["val_loss"][3] == 4.0
    assert math.isnan(history["accuracy"][3])


def test_repr_shows_where_it_ended():
    history = made()
    history.stopped = "enough"
    assert repr(history) == "History(3 epochs, loss=2, accuracy=0.7, stopped: enough)"
    assert repr(History()) == "History(0 epochs)"
    one = History()
    one.record(loss=2.0)
    assert repr(one) == "History(1 epoch, loss=2)"


def test_plot_draws_the_losses_or_what_is_named():
    from matplotlib import pyplot

    history = made()
    ax = history.plot()
    assert [line.get_label() for line in ax.lines] == ["loss"]
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert ax.lines[0].get_ydata().tolist() == [3.0, 1.0, 2.0]
    assert ax.get_xlabel() == "epoch"
    mine = pyplot.subplots()[1]
    assert history.plot("accuracy", ax=mine) is mine
    assert [line.get_label() for line in mine.lines] == ["accuracy"]
    with pytest.raises(KeyError, match="val_loss"):
        history.plot("val_loss")
    History().plot(ax=mine)
    pyplot.close("all")
