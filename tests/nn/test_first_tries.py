"""What people try first and get wrong: each is answered with a sentence that names it."""

import numpy as np
import pytest

import nn
from autograd import Tensor

X = np.random.default_rng(0).normal(size=(20, 2))
Y = (X[:, 0] > 0).astype(int)
MODEL = nn.MLP(2, [3], 2, rng=0)
OPTIMIZER = nn.Adam(MODEL.parameters())


def fit(model=MODEL, loss=nn.cross_entropy, data=(X, Y), optimizer=OPTIMIZER, **options):
    return nn.fit(model, loss, data, optimizer, progress=False, **options)


TRIES = [
    (lambda: fit(loss="mse"), TypeError, "loss must be a function, such as nn.mse_loss, not 'mse'"),
    (lambda: fit(loss=None), TypeError, "loss must be a function"),
    (lambda: fit(model=X), TypeError, "fit: model must be a function"),
    (lambda: fit(penalty=0.1), TypeError, "penalty must be a function, such as nn.l2_penalty"),
    (lambda: fit(epochs="3"), TypeError, "epochs must be a whole number of at least 0, not '3'"),
    (lambda: fit(epochs=2.5), ValueError, "epochs must be a whole number"),
    (lambda: fit(epochs=-1), ValueError, "at least 0, not -1"),
    (lambda: fit(optimizer="adam"), TypeError, "make one from the model's parameters"),
    (lambda: fit(data=[X, Y]), TypeError, "tuple"),
    (lambda: fit(metrics=[nn.accuracy]), TypeError, "metrics go by name"),
    (lambda: fit(clip_norm="1"), TypeError, "max_norm must be a number, not '1'"),
    (lambda: nn.Linear("2", 3), TypeError, "input_size must be a whole number"),
    (lambda: nn.Linear(2, 0), ValueError, "output_size must be a whole number of at least 1"),
    (lambda: nn.Linear(2.0, 3), ValueError, "input_size must be a whole number"),
    (lambda: nn.Linear(2, 3, rng="a"), TypeError, "rng must be a seed"),
    (lambda: nn.MLP(2, "16", 1), TypeError, r"list of hidden sizes, \[16\], not '16'"),
    (lambda: nn.MLP(2, None, 1), TypeError, "list of hidden sizes"),
    (lambda: nn.MLP(2, [3.0], 1), ValueError, "output_size must be a whole number"),
    (lambda: nn.Dropout("0.5"), TypeError, r"dropout: p must be a number, not '0\.5'"),
    (lambda: nn.Dropout(50), ValueError, "between 0 and 1, not 50"),
    (lambda: nn.EarlyStopping("5"), TypeError, "patience must be a number"),
    (lambda: nn.StepLR(OPTIMIZER, "5"), TypeError, "step_size must be a number"),
    (lambda: nn.StepLR(MODEL, 5), TypeError, "a schedule sets the lr of an optimiser"),
    (lambda: nn.DataLoader(X, Y, batch_size=None), TypeError, "batch_size must be a whole number"),
    (lambda: nn.make_moons("100"), TypeError, "n_samples must be a whole number"),
    (lambda: nn.make_moons(100, noise="a"), TypeError, "noise must be a number"),
    (lambda: nn.l2_penalty(MODEL, "0.1"), TypeError, "strength must be a number"),
    (lambda: nn.to_values([MODEL]), TypeError, "to_values takes a Module, not list"),
    (lambda: MODEL.load_state_dict(None), TypeError, r"must be a state_dict\(\), not NoneType"),
    (lambda: nn.save(MODEL, None), TypeError, "the path must be a file's name, not None"),
    (lambda: nn.SGD(MODEL.parameters), TypeError, r"give module\.parameters\(\)"),
    (lambda: nn.SGD(MODEL.parameters(), lr=Tensor(0.1)), TypeError, "lr must be a number"),
    (lambda: nn.MSELoss(), AttributeError, r"the same is mse_loss\(prediction, target\)"),
    (lambda: nn.Parameter(X), AttributeError, "it is a parameter by itself"),
    (lambda: nn.Relu(), AttributeError, r"did you mean nn\.ReLU\?"),
    (lambda: nn.crossentropy(X, Y), AttributeError, r"did you mean nn\.cross_entropy\?"),
]


@pytest.mark.parametrize(("attempt", "kind", "message"), TRIES)
def test_a_first_try_is_answered_with_a_sentence(attempt, kind, message):
    with pytest.raises(kind, match=message):
        attempt()


def test_the_front_door_lists_public_names_alone():
    assert dir(nn) == sorted(nn.__all__)
    for name in nn.__all__:
        assert getattr(nn, name) is not None
