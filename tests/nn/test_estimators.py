"""Networks as scikit-learn estimators: its own checks, and its tools at work on them."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.metrics import accuracy_score, f1_score, r2_score
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import nn
from nn import Dense, LayerNorm, ReLU, Sequential, make_moons
from nn.estimators import NetworkClassifier, NetworkRegressor

#: Some fifty checks fit networks of which they ask little: few epochs are enough for them.
QUICK = [
    NetworkClassifier(epochs=20, random_state=0),
    NetworkRegressor(epochs=20, random_state=0),
]


@pytest.mark.slow
@parametrize_with_checks(QUICK)
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


X, y = make_moons(120, noise=0.1, seed=0)


def classifier(**options):
    return NetworkClassifier(**{"random_state": 0, "epochs": 40, "lr": 0.03, **options})


@pytest.mark.slow
def test_joblib_runs_it_in_other_processes():
    alone = cross_val_score(classifier(), X, y, cv=3)
    assert alone.min() > 0.9
    np.testing.assert_array_equal(cross_val_score(classifier(), X, y, cv=3, n_jobs=2), alone)


def test_grid_and_random_search():
    grid = GridSearchCV(classifier(), {"hidden_sizes": [(), (16,)]}, cv=3).fit(X, y)
    assert grid.best_params_ == {"hidden_sizes": (16,)}
    assert grid.score(X, y) > 0.95
    search = RandomizedSearchCV(
        classifier(), {"lr": [1e-5, 0.03]}, n_iter=2, cv=2, random_state=0, scoring="f1"
    )
    assert search.fit(X, y).best_params_ == {"lr": 0.03}


def test_optuna_searches_it():
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)

    def objective(trial):
        lr = trial.suggest_float("lr", 1e-6, 0.1, log=True)
        return cross_val_score(classifier(lr=lr, epochs=20), X, y, cv=2).mean()

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(objective, n_trials=4)
    assert study.best_value > 0.8


def test_labels_of_any_kind_and_the_metrics_of_scikit_learn():
    flowers = load_iris()
    names = flowers.target_names[flowers.target]
    model = make_pipeline(StandardScaler(), classifier()).fit(flowers.data, names)
    predicted = model.predict(flowers.data)
    assert set(predicted) == {"setosa", "versicolor", "virginica"}
    assert accuracy_score(names, predicted) > 0.95
    assert f1_score(names, predicted, average="macro") > 0.95
    shares = model.predict_proba(flowers.data)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    np.testing.assert_array_equal(model[-1].classes_[shares.argmax(axis=1)], predicted)


def test_a_regressor_beats_the_mean_on_held_out_diabetes():
    data, target = load_diabetes(return_X_y=True)
    data = data / data.std(axis=0)
    target = (target - target.mean()) / target.std()
    model = NetworkRegressor(hidden_sizes=(16,), l2=0.01, epochs=40, random_state=0)
    assert cross_val_score(model, data, target, cv=3, scoring="r2").mean() > 0.35
    model.fit(data, target)
    assert model.score(data, target) == r2_score(target, model.predict(data))


def test_the_same_seed_gives_the_same_network():
    a, b = classifier().fit(X, y), classifier().fit(X, y)
    np.testing.assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    c = classifier(random_state=1).fit(X, y)
    assert not np.array_equal(a.predict_proba(X), c.predict_proba(X))
    dropped = [classifier(dropout=0.2, epochs=3).fit(X, y).predict_proba(X) for _ in range(2)]
    np.testing.assert_array_equal(*dropped)
    model = classifier(dropout=0.5, epochs=3).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), model.predict_proba(X))


def test_a_fitted_network_can_be_pickled_and_cloned():
    model = classifier().fit(X, y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert clone(model).get_params() == model.get_params()


def test_early_stopping_holds_data_out():
    model = classifier(early_stopping=True, validation_fraction=0.3, epochs=500).fit(X, y)
    assert model.n_iter_ == model.history_.epochs < 500
    assert "val_loss" in model.history_
    assert model.score(X, y) > 0.9


def test_l1_makes_the_weights_of_noise_exactly_zero():
    noise = np.random.default_rng(0).normal(size=(len(X), 10))
    model = classifier(l1=0.01, epochs=100).fit(np.hstack([X, noise]), y)
    weight = model.model_[0].weight.data
    assert np.mean(weight[2:] == 0.0) > 0.5
    assert (weight[:2] != 0.0).any(axis=1).all()
    assert (model.model_[0].bias.data != 0.0).any()


def test_l2_shrinks_the_weights():
    def size(l2):
        return np.linalg.norm(classifier(l2=l2).fit(X, y).model_[0].weight.data)

    assert size(0.1) < 0.5 * size(0.0)


def layered(inputs, outputs, rng):
    return Sequential(Dense(inputs, 8, rng=rng), LayerNorm(8), ReLU(), Dense(8, outputs, rng=rng))


def test_a_network_of_ones_own():
    model = classifier(network=layered).fit(X, y)
    assert isinstance(model.model_[1], LayerNorm)
    assert model.score(X, y) > 0.9


def test_one_hidden_size_has_to_be_in_a_list():
    for size in (32, np.int64(32)):
        with pytest.raises(TypeError, match=r"list of hidden sizes, \[32\], not 32"):
            classifier(hidden_sizes=size).fit(X, y)


def test_the_package_itself_does_not_import_scikit_learn():
    assert not hasattr(nn, "NetworkClassifier")
