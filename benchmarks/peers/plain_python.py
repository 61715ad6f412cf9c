"""Plain Python floats, differentiated by hand: what scalars cost without any recording."""

from problems import RATE, moons, products, serve


def s1():
    layers, X, y = moons()
    W = [[list(w) for w, _ in layer] for layer in layers]
    b = [[b for _, b in layer] for layer in layers]

    def step():
        loss = 1e-4 * sum(w * w for layer in W for row in layer for w in row)
        loss += 1e-4 * sum(e * e for layer in b for e in layer)
        dW = [[[2e-4 * w for w in row] for row in layer] for layer in W]
        db = [[2e-4 * e for e in layer] for layer in b]
        for x, t in zip(X, y, strict=True):
            hs = [x]
            for i, (layer, bias) in enumerate(zip(W, b, strict=True)):
                z = [
                    e + sum(map(float.__mul__, row, hs[-1]))
                    for row, e in zip(layer, bias, strict=True)
                ]
                hs.append([e if e > 0 else 0.0 for e in z] if i < 2 else z)
            margin = 1 - t * hs[3][0]
            if margin <= 0:
                continue
            loss += margin / 100
            g = [-t / 100]
            for i in (2, 1, 0):
                below = [0.0] * len(hs[i])
                for row, drow, u in zip(W[i], dW[i], g, strict=True):
                    if u:
                        for k, h in enumerate(hs[i]):
                            drow[k] += u * h
                            below[k] += u * row[k]
                for k, u in enumerate(g):
                    db[i][k] += u
                g = [u if h > 0 else 0.0 for u, h in zip(below, hs[i], strict=True)]
        for layer, dlayer in zip(W, dW, strict=True):
            for row, drow in zip(layer, dlayer, strict=True):
                for k, d in enumerate(drow):
                    row[k] -= RATE["S1"] * d
        for bias, dbias in zip(b, db, strict=True):
            for k, d in enumerate(dbias):
                bias[k] -= RATE["S1"] * d
        return loss

    return step


def s3():
    a, b = products()
    return lambda: (sum(x * y for x, y in zip(a, b, strict=True)), list(b), list(a))[0]


if __name__ == "__main__":
    serve({"S1": s1, "S3": s3})
