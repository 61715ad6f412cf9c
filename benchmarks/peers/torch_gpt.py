"""M1 in PyTorch: as matrix products, and number by number with 0-d tensors."""

import torch
from scalar_gpt import HEAD, HEADS, TOKENS, loss_of, weights

F = torch.nn.functional


def trained(parameters, loss_of_all, rate=0.05):
    def step():
        for p in parameters:
            p.grad = None
        loss = loss_of_all()
        loss.backward()
        with torch.no_grad():
            for p in parameters:
                if p.grad is not None:  # a letter or place that the name lacks
                    p -= rate * p.grad
        return loss.item()

    return step


def m1():
    p = {n: torch.tensor(w, dtype=torch.double, requires_grad=True) for n, w in weights().items()}
    tokens, follows = torch.tensor(TOKENS[:-1]), torch.tensor(TOKENS[1:])
    n = len(tokens)

    def normed(x):
        return x * ((x * x).mean(dim=1, keepdim=True) + 1e-5) ** -0.5

    def split(x):
        return x.view(n, HEADS, HEAD).transpose(0, 1)

    def loss():
        x = normed(p["token"][tokens] + p["place"][:n])
        y = normed(x)
        q, k, v = (split(F.linear(y, p[name])) for name in ("query", "key", "value"))
        heads = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + F.linear(heads.transpose(0, 1).reshape(n, -1), p["mix"])
        x = x + F.linear(torch.relu(F.linear(normed(x), p["widen"])), p["narrow"])
        return F.cross_entropy(F.linear(x, p["letter"]), follows)

    return trained(list(p.values()), loss)


def m1_of_numbers():
    net = {
        name: [[torch.tensor(w, dtype=torch.double, requires_grad=True) for w in row] for row in m]
        for name, m in weights().items()
    }
    parameters = [w for rows in net.values() for row in rows for w in row]
    return trained(parameters, lambda: loss_of(net, lambda xs: max(x.item() for x in xs)))
