"""M1 by hand: the GPT of scalar_gpt.py as matrix products, forward and backward."""

import numpy as np
from scalar_gpt import HEAD, HEADS, TOKENS, WIDTH, weights

N = len(TOKENS) - 1
MASK = np.where(np.tri(N, dtype=bool), 0.0, -np.inf)


def normed(x):
    scale = ((x * x).mean(axis=1, keepdims=True) + 1e-5) ** -0.5
    return x * scale, scale


def normed_back(g, x, scale):
    return scale * g - x * scale**3 * (g * x).mean(axis=1, keepdims=True)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def split(x):
    return x.reshape(N, HEADS, HEAD).transpose(1, 0, 2)


def joined(x):
    return x.transpose(1, 0, 2).reshape(N, WIDTH)


def m1(rate=0.05):
    p = {name: np.array(rows) for name, rows in weights().items()}
    tokens, follows = np.array(TOKENS[:-1]), np.array(TOKENS[1:])

    def step():
        x0 = p["token"][tokens] + p["place"][:N]
        x1, s1 = normed(x0)
        x2, s2 = normed(x1)
        q, k, v = (split(x2 @ p[name].T) for name in ("query", "key", "value"))
        shares = softmax(q @ k.transpose(0, 2, 1) * HEAD**-0.5 + MASK)
        heads = joined(shares @ v)
        x3 = x1 + heads @ p["mix"].T
        x4, s4 = normed(x3)
        hidden = np.maximum(x4 @ p["widen"].T, 0)
        x5 = x3 + hidden @ p["narrow"].T
        y = softmax(x5 @ p["letter"].T)
        loss = -np.log(y[np.arange(N), follows]).mean()

        g = y
        g[np.arange(N), follows] -= 1
        g /= N
        d = {"letter": g.T @ x5}
        g5 = g @ p["letter"]
        d["narrow"] = g5.T @ hidden
        gh = (g5 @ p["narrow"]) * (hidden > 0)
        d["widen"] = gh.T @ x4
        g3 = g5 + normed_back(gh @ p["widen"], x3, s4)
        d["mix"] = g3.T @ heads
        go = split(g3 @ p["mix"])
        gs = go @ v.transpose(0, 2, 1)
        gs = shares * (gs - (gs * shares).sum(axis=-1, keepdims=True)) * HEAD**-0.5
        parts = {"query": gs @ k, "key": gs.transpose(0, 2, 1) @ q,
                 "value": shares.transpose(0, 2, 1) @ go}  # fmt: skip
        g2 = 0.0
        for name, part in parts.items():
            part = joined(part)
            d[name] = part.T @ x2
            g2 = g2 + part @ p[name]
        g0 = normed_back(g3 + normed_back(g2, x1, s2), x0, s1)
        d["token"] = np.zeros_like(p["token"])
        np.add.at(d["token"], tokens, g0)
        p["place"][:N] -= rate * g0
        for name, gradient in d.items():
            p[name] -= rate * gradient
        return loss

    return step
