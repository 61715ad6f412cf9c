"""JAX: the whole step compiled."""

import jax
import jax.numpy as jnp
from problems import RATE, T1, T2, T3, mlp, serve, wave

jax.config.update("jax_enable_x64", True)


def network(spec, name):
    weights, X, labels = mlp(*spec)
    params = [(jnp.asarray(W), jnp.asarray(b)) for W, b in weights]
    X = jnp.asarray(X)
    regression = weights[-1][0].shape[1] == 1
    y = jnp.asarray(labels[:, None], jnp.float32) if regression else jnp.asarray(labels)

    def loss_of(params):
        h = X
        for W, b in params[:-1]:
            h = jax.nn.relu(h @ W + b)
        z = h @ params[-1][0] + params[-1][1]
        if regression:
            return jnp.mean((z - y) ** 2)
        chosen = jnp.take_along_axis(z, y[:, None], axis=1)[:, 0]
        return jnp.mean(jax.nn.logsumexp(z, axis=1) - chosen)

    rate = RATE[name]

    @jax.jit
    def sgd(params, state):
        loss, grads = jax.value_and_grad(loss_of)(params)
        return loss, jax.tree.map(lambda p, g: p - jnp.float32(rate) * g, params, grads), state

    @jax.jit
    def adam(params, state):
        m, v, t = state
        loss, grads = jax.value_and_grad(loss_of)(params)
        t = t + 1
        m = jax.tree.map(lambda a, g: 0.9 * a + 0.1 * g, m, grads)
        v = jax.tree.map(lambda a, g: 0.999 * a + 0.001 * g * g, v, grads)
        c1, c2 = (1 - 0.9**t).astype(jnp.float32), (1 - 0.999**t).astype(jnp.float32)
        new = jax.tree.map(
            lambda p, a, b: p - jnp.float32(rate) * (a / c1) / (jnp.sqrt(b / c2) + 1e-8),
            params,
            m,
            v,
        )
        return loss, new, (m, v, t)

    zeros = jax.tree.map(jnp.zeros_like, params)
    state = (zeros, zeros, jnp.asarray(0.0))
    update = adam if name == "T2" else sgd

    def step():
        nonlocal params, state
        loss, params, state = update(params, state)
        return float(loss)

    return step


def t4():
    x = jnp.asarray(wave())
    both = jax.jit(
        jax.value_and_grad(lambda x: jnp.mean(jax.nn.sigmoid(x) * jnp.tanh(x) + jnp.exp(-(x**2))))
    )

    def step():
        value, gradient = both(x)
        gradient.block_until_ready()
        return float(value)

    return step


if __name__ == "__main__":
    serve(
        {
            "T1": lambda: network(T1, "T1"),
            "T2": lambda: network(T2, "T2"),
            "T3": lambda: network(T3, "T3"),
            "T4": t4,
        }
    )
