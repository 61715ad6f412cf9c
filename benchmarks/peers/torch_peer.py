"""PyTorch on the CPU, eager: vectorised, and M1 with 0-d tensors too."""

import os
import sys

import torch
from problems import RATE, T1, T2, T3, mlp, moons, products, serve, wave
from torch_gpt import m1, m1_of_numbers

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
F = torch.nn.functional


def s1():
    layers, X, y = moons()
    Ws = [
        torch.tensor([w for w, _ in layer], dtype=torch.double).T.clone().requires_grad_()
        for layer in layers
    ]
    bs = [torch.zeros(len(layer), dtype=torch.double, requires_grad=True) for layer in layers]
    X, y = torch.tensor(X, dtype=torch.double), torch.tensor(y, dtype=torch.double)[:, None]

    def step():
        h = torch.relu(X @ Ws[0] + bs[0])
        h = torch.relu(h @ Ws[1] + bs[1])
        margin = torch.relu(1 - y * (h @ Ws[2] + bs[2]))
        loss = margin.mean() + 1e-4 * sum((p * p).sum() for p in Ws + bs)
        for p in Ws + bs:
            p.grad = None
        loss.backward()
        with torch.no_grad():
            for p in Ws + bs:
                p -= RATE["S1"] * p.grad
        return loss.item()

    return step


def s3():
    a, b = (torch.tensor(xs, dtype=torch.double, requires_grad=True) for xs in products())

    def step():
        total = (a * b).sum()
        total.backward()
        return total.item()

    return step


def network(spec, name):
    weights, X, labels = mlp(*spec)
    n = len(weights)
    layers = []
    for i, (W, b) in enumerate(weights):
        linear = torch.nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(W.T))
            linear.bias.copy_(torch.tensor(b))
        layers += [linear, torch.nn.ReLU()] if i < n - 1 else [linear]
    model = torch.nn.Sequential(*layers)
    kind = torch.optim.Adam if name == "T2" else torch.optim.SGD
    optimizer = kind(model.parameters(), lr=RATE[name])
    X = torch.tensor(X)
    regression = weights[-1][0].shape[1] == 1
    y = torch.tensor(labels)[:, None].float() if regression else torch.tensor(labels)
    loss_of = F.mse_loss if regression else F.cross_entropy

    def step():
        optimizer.zero_grad()
        loss = loss_of(model(X), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def t4():
    x = torch.tensor(wave(), requires_grad=True)

    def step():
        x.grad = None
        loss = (torch.sigmoid(x) * torch.tanh(x) + torch.exp(-(x**2))).mean()
        loss.backward()
        return loss.item()

    return step


if __name__ == "__main__":
    serve(
        {"M1": m1_of_numbers}
        if "--numbers" in sys.argv
        else {
            "M1": m1,
            "S1": s1,
            "S3": s3,
            "T1": lambda: network(T1, "T1"),
            "T2": lambda: network(T2, "T2"),
            "T3": lambda: network(T3, "T3"),
            "T4": t4,
        }
    )
