"""The four code listings of the lecture "Core Concepts for Neural Networks", word for word.

The names they use and do not define (`data_loader`, `model`, `input`, …) are made here.
"""

import contextlib
import io

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from nn import (
    SGD,
    DataLoader,
    Dense,
    ReLU,
    Sequential,
    Softmax,
    dropout,
    mse_loss,
    seed,
    to_tensors,
    to_values,
)
from nn.numbers import plain_array as numbers

LAYERS = """
# Pseudo-code for a simple three-layer network setup

num_inputs = 100
num_hidden = 64
num_outputs = 10

# Layer 1
layer1 = Dense(input_size=num_inputs, output_size=num_hidden)
activation1 = ReLU()  # or Tanh()

# Layer 2
layer2 = Dense(input_size=num_hidden, output_size=num_hidden)
activation2 = ReLU()  # or LeakyReLU()

# Output Layer
layer_output = Dense(input_size=num_hidden, output_size=num_outputs)
activation_output = Softmax()  # for multi-class classification

# Forward pass (simplified)
def forward_pass(x):
    out1 = layer1(x)
    out1 = activation1(out1)
    out2 = layer2(out1)
    out2 = activation2(out2)
    out_final = layer_output(out2)
    return activation_output(out_final)
"""

TRAINING = """
# Pseudo-code for training a neural network with a given loss function

for epoch in range(num_epochs):
    total_loss = 0
    for x_batch, y_batch in data_loader:
        # 1. Forward pass
        predictions = model(x_batch)

        # 2. Compute loss
        loss = loss_function(predictions, y_batch)

        # 3. Zero gradients (reset)
        optimizer.zero_grad()

        # 4. Backpropagation
        loss.backward()

        # 5. Parameter update
        optimizer.step()

        total_loss += loss.item()

    print(f"Epoch {epoch}, Loss: {total_loss / len(data_loader)}")
"""

BY_HAND = """
# Pseudo-code for a forward + backward pass

for epoch in range(num_epochs):
    for x_batch, y_batch in data_loader:
        # FORWARD PASS
        hidden_activations = activation1(w1 @ x_batch + b1)
        output = activation2(w2 @ hidden_activations + b2)

        # LOSS
        loss = loss_function(output, y_batch)

        # BACKWARD PASS
        optimizer.zero_grad()  # Reset gradients

        # Compute gradients (chain rule under the hood)
        loss.backward()

        # UPDATE PARAMETERS
        optimizer.step()

    print(f"Epoch {epoch}: Loss = {loss.item()}")
"""

DROPOUT = """
# Example pseudo-code for using dropout in a small neural network

dropout_rate = 0.5

# Forward pass with dropout (e.g., in a framework like PyTorch)
x = layer1(input)
x = activation1(x)
x = dropout(x, dropout_rate)  # apply dropout during training

x = layer2(x)
x = activation2(x)
# ... rest of the forward pass
"""


def run(listing, **names):
    """Run a listing; return the names it leaves, and what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(listing, names)
    return names, printed.getvalue().splitlines()


def parts():
    return {
        "layer1": Dense(3, 4, rng=0),
        "activation1": ReLU(),
        "layer2": Dense(4, 4, rng=1),
        "activation2": ReLU(),
    }


def test_the_layers_give_probabilities():
    seed(0)
    names, _ = run(LAYERS, Dense=Dense, ReLU=ReLU, Softmax=Softmax)
    x = np.random.default_rng(0).normal(size=(5, 100))
    found = names["forward_pass"](x).data
    assert found.shape == (5, 10)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)

    def relu(z):
        return np.maximum(z, 0)

    one, two, out = names["layer1"], names["layer2"], names["layer_output"]
    z = relu(relu(x @ one.weight.data + one.bias.data) @ two.weight.data + two.bias.data)
    e = np.exp(z @ out.weight.data + out.bias.data)
    np.testing.assert_allclose(found, e / e.sum(axis=1, keepdims=True), rtol=1e-12)


@pytest.mark.parametrize("magnify", [to_tensors, to_values])
def test_the_training_loop_learns_a_line(magnify):
    x = np.linspace(-1, 1, 30)[:, np.newaxis]
    model = magnify(Sequential(Dense(1, 1, rng=0)))
    _, printed = run(
        TRAINING,
        num_epochs=60,
        data_loader=DataLoader(x, 3 * x - 1, batch_size=8, shuffle=True, seed=0),
        model=model,
        loss_function=mse_loss,
        optimizer=SGD(model.parameters(), lr=0.1),
    )
    assert len(printed) == 60
    assert printed[0].startswith("Epoch 0, Loss: ")
    assert float(printed[-1].split(": ")[1]) < 1e-6
    np.testing.assert_allclose(numbers(model[0].weight), [[3.0]], atol=1e-3)
    np.testing.assert_allclose(numbers(model[0].bias), [-1.0], atol=1e-3)


@pytest.mark.parametrize("kind", [Tensor, np.frompyfunc(Value, 1, 1)], ids=["Tensor", "Values"])
def test_the_loop_by_hand_learns_xor_from_columns(kind):
    x = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    y = np.array([[0.0, 1.0, 1.0, 0.0]])
    rng = np.random.default_rng(0)
    w1, b1 = kind(rng.normal(size=(8, 2))), kind(np.zeros((8, 1)))
    w2, b2 = kind(rng.normal(size=(1, 8))), kind(np.zeros((1, 1)))
    data_loader = DataLoader(x.T, y.T, batch_size=4, transform=lambda x, y: (x.T, y.T))
    names, printed = run(
        BY_HAND,
        num_epochs=500,
        data_loader=data_loader,
        activation1=autograd.tanh,
        activation2=ReLU(),
        w1=w1,
        b1=b1,
        w2=w2,
        b2=b2,
        loss_function=mse_loss,
        optimizer=SGD([w1, b1, w2, b2], lr=0.1, momentum=0.9),
    )
    assert printed[-1].startswith("Epoch 499: Loss = ")
    np.testing.assert_allclose(numbers(names["output"]), y, atol=0.05)


def test_dropout_drops_half_and_doubles_the_rest():
    seed(0)
    made = parts()
    batch = np.random.default_rng(0).normal(size=(200, 3))
    dropped = []

    def watched(x, rate):
        dropped.append((x.data, dropout(x, rate)))
        return dropped[-1][1]

    names, _ = run(DROPOUT, input=batch, dropout=watched, **made)
    [(before, after)] = dropped
    alive = before != 0
    kept = after.data[alive] != 0
    assert np.mean(kept) == pytest.approx(0.5, abs=0.1)
    np.testing.assert_array_equal(after.data[alive][kept], 2 * before[alive][kept])
    z = after.data @ made["layer2"].weight.data + made["layer2"].bias.data
    np.testing.assert_allclose(names["x"].data, np.maximum(z, 0))
