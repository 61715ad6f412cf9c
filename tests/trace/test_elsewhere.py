"""A traced program in JAX and torch: the same numbers, and a text that can be read."""

import os
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor, TraceError, Value, elementwise, trace

X = np.linspace(-1.0, 1.0, 12).reshape(4, 3)
Y = np.array([0, 2, 1, 0])


def network(activation):
    model = nn.Sequential(nn.Dense(3, 5, rng=0), activation, nn.Dense(5, 3, rng=1))
    return trace(lambda x: nn.cross_entropy(model(x), Y))


def energy(model):
    """Trace the sum of the squares of what a model gives, of the first thing if it is several."""

    def f(x):
        y = model(x)
        return ((y[0] if isinstance(y, tuple) else y) ** 2).sum()

    return trace(f)


def waves(*shape):
    return np.sin(np.arange(float(np.prod(shape)))).reshape(shape)


W = Tensor(np.linspace(-0.5, 0.7, 12).reshape(3, 4), "W")
CONVOLUTION = nn.Sequential(
    nn.Conv2d(2, 4, 3, stride=2, padding=2, dilation=2, groups=2, rng=0),
    nn.MaxPool2d(2, 2, 1),
)
BOTH_WAYS = nn.GRU(3, 2, batch_first=True, bidirectional=True, rng=0)
WORD = np.array([2, 0, 1])
CASES = {
    "network": (lambda: network(nn.Tanh()), (X,)),
    "relu": (lambda: network(nn.ReLU()), (X,)),
    "sigmoid": (lambda: network(nn.Sigmoid()), (X,)),
    "logistic loss": (
        lambda: trace(lambda x: nn.binary_cross_entropy_with_logits((x @ W)[:, 0], Y > 0)),
        (X,),
    ),
    "norms and extremes": (
        lambda: trace(
            lambda x: (
                ag.norm(x @ W)
                + ag.max(x @ W, axis=1).sum()
                + ag.min(W)
                + (ag.maximum(W, 0.1) * ag.minimum(W, 0.3)).sum()
            )
        ),
        (X,),
    ),
    "arrangement": (
        lambda: trace(
            lambda x: (
                (ag.concatenate([x @ W, x @ W * 2.0], axis=1)[1:, ::2].reshape(-1) ** 3).sum()
                + ag.stack([W, W], axis=1).transpose(2, 0, 1)[0].mean()
            )
        ),
        (X,),
    ),
    "positions": (lambda: trace(lambda i: ag.exp(W[i]).sum()), (WORD,)),
    "choice": (lambda: trace(lambda x: ag.where(W > 0.1, W**2, ag.abs(W)).mean() * x), (2.0,)),
    "logsumexp": (lambda: trace(lambda x: ag.logsumexp(x @ W, axis=1).sum()), (X,)),
    "convolutions": (lambda: energy(CONVOLUTION), (waves(2, 2, 7, 7),)),
    "both directions": (lambda: energy(BOTH_WAYS), (waves(2, 5, 3),)),
    "embedding": (lambda: energy(nn.Embedding(3, 4, rng=0)), (WORD,)),
    "backwards": (
        lambda: trace(
            lambda x: ((x @ W)[..., ::-1] * ag.cumsum(W[::-2, None, 3:0:-1], axis=2)[0, 0, 0]).sum()
        ),
        (X,),
    ),
    "sums of products": (
        lambda: trace(lambda x: ag.einsum("bi,ij,kj->", x, W, W**2)),
        (X,),
    ),
    "several results": (lambda: trace(lambda x: (ag.tanh(x @ W), (W * W).sum())), (X,)),
}


def arrays(step, args):
    return [one.array for one in step.inputs(*args)]


def numpy_of(x):
    return np.asarray(x.detach() if hasattr(x, "detach") else x)


@pytest.mark.thorough
@pytest.mark.parametrize("target", ["jax", "torch"])
@pytest.mark.parametrize("case", CASES)
def test_equal_numbers(target, case):
    library = pytest.importorskip(target, reason=f"{target} is a peer: it is not installed here")
    if target == "jax":
        library.config.update("jax_enable_x64", True)
        convert, wrap = library.numpy.asarray, library.jit
    else:
        convert, wrap = library.tensor, lambda f: f
    make, args = CASES[case]
    step = make()
    result = step(*args)
    exported = step.to(target)
    inputs = [convert(x) for x in arrays(step, args)]
    found = wrap(exported.__call__)(*inputs)
    found = found if isinstance(found, tuple) else (found,)
    expected = result if isinstance(result, tuple) else (result,)
    # After the results come the numbers that a layer hands on: what an embedding looked up.
    for a, b in zip(found[: len(expected)], expected, strict=True):
        np.testing.assert_allclose(numpy_of(a), b.data, rtol=1e-12, atol=1e-14)
    if len(expected) == 1:
        leaves = {one.var.name: one.nodes for one in step.inputs(*args) if one.nodes}
        for nodes in leaves.values():
            for node in nodes:
                node.zero_grad()
        step(*args).backward()
        _, gradients = wrap(exported.value_and_grad)(*inputs)
        by_name = dict(zip(exported.gradients, gradients, strict=True))
        for name, nodes in leaves.items():
            want = np.ravel([node.grad for node in nodes])
            np.testing.assert_allclose(numpy_of(by_name[name]).ravel(), want, rtol=1e-9, atol=1e-12)


@pytest.mark.thorough
def test_jax_differentiates_the_forward_part_itself_and_maps_it():
    jax = pytest.importorskip("jax", reason="JAX is a peer: it is not installed here")
    jax.config.update("jax_enable_x64", True)
    step = trace(lambda x: ((x @ W) ** 2).mean())
    step(X)
    exported = step.to("jax")
    x, w = map(jax.numpy.asarray, arrays(step, (X,)))
    ours = exported.value_and_grad(x, w)[1][exported.gradients.index("W")]
    np.testing.assert_allclose(jax.grad(exported.__call__, 1)(x, w), ours, rtol=1e-12)
    vmapped = jax.vmap(lambda part: exported(part, w))(jax.numpy.stack([x, 2 * x, 3 * x, 4 * x]))
    np.testing.assert_allclose(vmapped, [step(k * X).item() for k in (1, 2, 3, 4)], rtol=1e-12)


FOUR_DEVICES = """
import jax, numpy as np
import autograd as ag
from autograd import Tensor, trace

jax.config.update("jax_enable_x64", True)
assert len(jax.devices()) == 4
rng = np.random.default_rng(0)
X, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))
W, b = Tensor(rng.normal(size=(3, 1)), label="W"), Tensor(np.zeros(1), label="b")
step = trace(lambda x, t: ((ag.tanh(x @ W) + b - t) ** 2).mean())
step(X[:4], y[:4])
exported = step.to("jax")
names = [one.var.name for one in step.inputs(X[:4], y[:4])]

def on_one_device(x, t, w, b):
    given = {"x": x, "t": t, "W": w, "b": b}
    loss, gradients = exported.value_and_grad(*(given[name] for name in names))
    found = dict(zip(exported.gradients, gradients))
    return jax.lax.pmean((loss, found["W"], found["b"]), "devices")

over_all = jax.pmap(on_one_device, "devices", in_axes=(0, 0, None, None))
w, c = W.data.copy(), b.data.copy()
for _ in range(20):
    loss, dw, db = over_all(X.reshape(4, 4, 3), y.reshape(4, 4, 1), w, c)
    w, c = w - 0.1 * np.asarray(dw[0]), c - 0.1 * np.asarray(db[0])
    W.zero_grad(), b.zero_grad()
    ours = ((ag.tanh(X @ W) + b - y) ** 2).mean()
    ours.backward()
    np.testing.assert_allclose(loss[0], ours.data, rtol=1e-12)
    W.data, b.data = W.data - 0.1 * W.grad, b.data - 0.1 * b.grad
print("equal over four devices")
"""


@pytest.mark.thorough
def test_jax_trains_on_four_devices_as_the_engine_does_on_one():
    pytest.importorskip("jax", reason="JAX is a peer: it is not installed here")
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=4", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", FOUR_DEVICES],
        capture_output=True,
        text=True,
        env={**os.environ, **flags},
    )
    assert "equal over four devices" in done.stdout, done.stderr[-2000:]


def test_the_text_reads_as_it_would_be_written():
    step = trace(lambda x: ag.tanh(x @ W).sum())
    step(X)
    text = step.to("jax").source
    assert "x @ W" in text
    assert "out=" not in text
    assert ".dot(" not in text
    assert "np." not in text.replace("jnp.", "")
    assert "torch.tanh(x @ W)" in step.to("torch").source


def test_what_cannot_be_had_elsewhere_is_said():
    step = trace(lambda x: ag.tanh(x @ W).sum())
    step(X)
    with pytest.raises(ValueError, match="jax, torch, javascript"):
        step.to("tensorflow")
    cbrt = elementwise(
        "cbrt_here", scalar=lambda x: x, array=lambda x: np.cbrt(x), d=[lambda z, x: 1]
    )
    try:
        step = trace(lambda: cbrt(W).sum())
        step()
        with pytest.raises(TraceError, match="cbrt_here has no form in jax"):
            step.to("jax")
    finally:
        cbrt.remove()


def test_values_rolled_up_go_too():
    ws = [Value(0.5), Value(-1.0)]
    step = trace(lambda xs: sum(w * x for w, x in zip(ws, xs, strict=True)))
    step(np.array([1.0, 2.0]))
    exported = step.to("jax")
    assert exported.inputs == ["xs", "ws"]
    assert exported.gradients == ["xs", "ws"]
