"""Networks as scikit-learn estimators.

`cross_val_score`, `GridSearchCV`, pipelines, metrics and joblib then work on them, and Optuna
too. This module needs scikit-learn, so it is not imported by `nn`: write
`from nn.estimators import NetworkClassifier`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from autograd import no_grad
from nn.activations import softmax
from nn.data import DataLoader
from nn.early_stopping import EarlyStopping
from nn.losses import cross_entropy, mse_loss
from nn.models import MLP
from nn.module import Module
from nn.numbers import plain_array
from nn.optim import Adam
from nn.penalties import l2_penalty
from nn.training import fit

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.model_selection import train_test_split
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError(
        "nn.estimators needs scikit-learn 1.6 or later: pip install 'chainrule[learn]'"
    ) from error


class _Network(BaseEstimator):  # type: ignore[misc]  # scikit-learn carries no types
    """What both estimators share: the parameters, building the network, and training it."""

    def __init__(
        self,
        hidden_sizes: Sequence[int] = (32,),
        activation: str = "relu",
        epochs: int = 200,
        batch_size: int = 32,
        lr: float = 0.01,
        l1: float = 0.0,
        l2: float = 0.0,
        dropout: float = 0.0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        network: Callable[[int, int, np.random.Generator], Module] | None = None,
        random_state: Any = None,
        progress: bool = False,
    ) -> None:
        self.hidden_sizes = hidden_sizes
        self.activation = activation
        self.epochs = epochs
        self.batch_size = batch_size
        self.lr = lr
        self.l1 = l1
        self.l2 = l2
        self.dropout = dropout
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.network = network
        self.random_state = random_state
        self.progress = progress

    def _build(self, inputs: int, outputs: int, rng: np.random.Generator) -> Module:
        if self.network is not None:
            return self.network(inputs, outputs, rng)
        return MLP(
            inputs, self.hidden_sizes, outputs, self.activation, dropout=self.dropout, rng=rng
        )

    def _train(self, X: Any, y: Any, outputs: int, loss: Callable[[Any, Any], Any]) -> None:
        seed = check_random_state(self.random_state).randint(2**31)
        rng = np.random.default_rng(seed)
        self.model_ = model = self._build(X.shape[1], outputs, rng)
        held_out, callbacks = None, []
        if self.early_stopping:
            X, X_held, y, y_held = train_test_split(
                X, y, test_size=self.validation_fraction, random_state=seed
            )
            held_out, callbacks = (X_held, y_held), [EarlyStopping(self.patience)]
        weights = model.weights()
        others = [p for p in model.parameters() if all(p is not w for w in weights)]
        optimizer = Adam([{"params": weights, "l1": self.l1}, {"params": others}], lr=self.lr)
        loader = DataLoader(X, y, batch_size=self.batch_size, shuffle=True, seed=rng)
        self.history_ = fit(
            model,
            loss,
            loader,
            optimizer,
            epochs=self.epochs,
            validation=held_out,
            penalty=(lambda m: l2_penalty(m, self.l2)) if self.l2 else None,
            callbacks=callbacks,
            progress=self.progress,
        )
        self.n_iter_ = self.history_.epochs
        model.eval()

    def _outputs(self, X: Any) -> Any:
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        with no_grad():
            return plain_array(self.model_(X))


class NetworkClassifier(ClassifierMixin, _Network):  # type: ignore[misc]
    """A network that classifies, trained with Adam on the cross-entropy.

    hidden_sizes, activation: as for `nn.MLP`.
    epochs, batch_size, lr: as for `nn.fit`, `nn.DataLoader` and `nn.Adam`.
    l1, l2: the strengths of the penalties on the weights; l1 with the proximal step, so that
        weights become exactly 0. dropout: after each hidden layer.
    early_stopping: hold out validation_fraction of the data; stop after patience epochs
        without improvement, and keep the best.
    network: a function of (inputs, outputs, rng) that builds another network instead.
    random_state: a seed, for results that can be repeated. progress: show a bar.

    After `fit`: `model_` (the `Module`), `history_`, `classes_`, `n_features_in_`, `n_iter_`.

    >>> from nn import make_moons
    >>> X, y = make_moons(100, seed=0)
    >>> NetworkClassifier(random_state=0).fit(X, y).score(X, y) > 0.95
    True
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Train on X of shape (samples, features) and labels y of any kind."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        self._train(X, codes, len(self.classes_), cross_entropy)
        return self

    def predict_proba(self, X: Any) -> Any:
        """Return the probability of each class, in the order of `classes_`."""
        return softmax(self._outputs(X), axis=-1)

    def predict(self, X: Any) -> Any:
        """Return the most probable label of each row."""
        best = self._outputs(X).argmax(axis=1)
        return self.classes_[best]


class NetworkRegressor(RegressorMixin, _Network):  # type: ignore[misc]
    """A network that predicts a number, trained with Adam on the mean squared error.

    Parameters and attributes as `NetworkClassifier`. Scale the inputs, and targets far from
    the size of 1, as with any network (`StandardScaler`, `TransformedTargetRegressor`).

    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> y = X[:, 0] ** 2
    >>> NetworkRegressor(random_state=0, epochs=100).fit(X, y).score(X, y) > 0.9
    True
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Train on X of shape (samples, features) and numbers y of shape (samples,)."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        self._train(X, y.astype(float)[:, None], 1, mse_loss)
        return self

    def predict(self, X: Any) -> Any:
        """Return the predicted number of each row."""
        return self._outputs(X)[:, 0]
