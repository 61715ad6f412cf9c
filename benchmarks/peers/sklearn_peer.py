"""scikit-learn's multi-layer perceptron, set to the same weights."""

import warnings

import numpy as np
from problems import RATE, T1, T2, mlp, serve
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.simplefilter("ignore")


def network(spec, name):
    weights, X, labels = mlp(*spec)
    adam = name == "T2"
    twice = 1 if adam else 2  # its squared error is half of ours, and so is the gradient
    model = (MLPClassifier if adam else MLPRegressor)(
        hidden_layer_sizes=spec[0][1:-1],
        solver="adam" if adam else "sgd",
        alpha=0.0,
        batch_size=len(X),
        learning_rate_init=twice * RATE[name],
        momentum=0.0,
        shuffle=False,
    )
    labels = labels if adam else labels.astype(np.float32)
    model.partial_fit(X, labels, **({"classes": np.arange(spec[2])} if adam else {}))
    for i, (W, b) in enumerate(weights):
        model.coefs_[i][...] = W
        model.intercepts_[i][...] = b
    if adam:
        optimizer = model._optimizer
        optimizer.t = 0
        for m in [*optimizer.ms, *optimizer.vs]:
            m[...] = 0

    def step():
        model.partial_fit(X, labels)
        return twice * model.loss_

    return step


if __name__ == "__main__":
    serve({"T1": lambda: network(T1, "T1"), "T2": lambda: network(T2, "T2")})
