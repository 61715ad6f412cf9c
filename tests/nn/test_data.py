"""Batches, splits, and the made-up data sets."""

import numpy as np
import pytest

from autograd import ShapeError, Tensor
from nn import (
    MLP,
    DataLoader,
    init,
    load_names,
    make_moons,
    make_spirals,
    make_xor,
    seed,
    train_test_split,
)

X = np.arange(10.0).reshape(5, 2)
y = np.arange(5)


def test_batches_go_through_all_rows_in_order():
    loader = DataLoader(X, y, batch_size=2)
    batches = list(loader)
    assert len(loader) == len(batches) == 3
    assert [len(b) for _, b in batches] == [2, 2, 1]
    np.testing.assert_array_equal(np.concatenate([a for a, _ in batches]), X)
    assert list(DataLoader(X, y, batch_size=2, drop_last=True))[-1][1].tolist() == [2, 3]
    assert len(DataLoader(X, y, batch_size=2, drop_last=True)) == 2
    assert len(DataLoader(X, y, batch_size=5, drop_last=True)) == 1
    assert len(DataLoader(X, y, batch_size=100)) == 1


def test_a_shuffled_epoch_keeps_rows_together_and_is_another_each_time():
    loader = DataLoader(X, y, batch_size=2, shuffle=True, seed=0)
    epochs = [[(a.copy(), b) for a, b in loader] for _ in range(3)]
    orders = [np.concatenate([b for _, b in epoch]).tolist() for epoch in epochs]
    assert all(sorted(order) == [0, 1, 2, 3, 4] for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    for epoch in epochs:
        for a, b in epoch:
            np.testing.assert_array_equal(a, X[b])
    again = DataLoader(X, y, batch_size=2, shuffle=True, seed=0)
    assert [np.concatenate([b for _, b in again]).tolist() for _ in range(3)] == orders
    generator = np.random.default_rng(0)
    same = DataLoader(X, y, batch_size=2, shuffle=True, seed=generator)
    assert np.concatenate([b for _, b in same]).tolist() == orders[0]


def test_without_a_seed_the_common_one_decides():
    seed(3)
    first = [b.tolist() for b in DataLoader(y, shuffle=True)]
    seed(3)
    assert [b.tolist() for b in DataLoader(y, shuffle=True)] == first


def test_seeding_also_restarts_what_was_made_before():
    loader, network = DataLoader(y, shuffle=True), MLP(2, [8], 1, dropout=0.5)

    def drawn():
        return [b.tolist() for b in loader], network(np.ones((4, 2))).data.tolist()

    seed(3)
    first = drawn()
    seed(3)
    assert drawn() == first
    seed(4)
    assert drawn() != first


def test_seeding_begins_numpys_own_stream():
    seed(3)
    np.testing.assert_array_equal(
        init.xavier_uniform((2, 3)), init.xavier_uniform((2, 3), rng=np.random.default_rng(3))
    )


def test_types_are_kept_and_one_array_comes_without_a_tuple():
    loader = DataLoader(X.astype(np.float32), [0, 1, 2, 3, 4], batch_size=5)
    [(a, b)] = loader
    assert a.dtype == np.float32
    assert b.dtype == np.asarray([0]).dtype
    assert DataLoader(["a", "b"]).arrays[0].tolist() == ["a", "b"]
    assert next(iter(DataLoader(X, batch_size=5))).shape == (5, 2)


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_transform_changes_the_batch_and_never_the_data(shuffle):
    before = X.copy()

    def add_in_place(a, b):
        a += 100.0
        return a, b

    loader = DataLoader(X, y, batch_size=2, shuffle=shuffle, seed=0, transform=add_in_place)
    for a, b in loader:
        np.testing.assert_array_equal(a, before[b] + 100.0)
    np.testing.assert_array_equal(X, before)
    columns = DataLoader(X, y, batch_size=3, transform=lambda a, b: (a.T, b))
    assert next(iter(columns))[0].shape == (2, 3)


def test_loader_mistakes_are_named():
    with pytest.raises(TypeError, match=r"DataLoader\(X, y\)"):
        DataLoader((np.zeros((3, 2)), np.zeros(3)))
    with pytest.raises(ShapeError, match=r"equally many rows.*\(5, 2\), \(4,\)"):
        DataLoader(X, y[:4])
    with pytest.raises(ShapeError, match="at least one"):
        DataLoader(X[:0], y[:0])
    with pytest.raises(ShapeError):
        DataLoader()
    with pytest.raises(ShapeError):
        DataLoader(3.0)
    for size in (0, -1, 2.5, True):
        with pytest.raises(ValueError, match="batch_size"):
            DataLoader(X, y, batch_size=size)
    with pytest.raises(ValueError, match="no batch of 6"):
        DataLoader(X, y, batch_size=6, drop_last=True)
    with pytest.raises(TypeError, match=r"give x\.detach"):
        DataLoader(Tensor(X), y)


def test_the_split_is_scikit_learns():
    from sklearn.model_selection import train_test_split as oracle

    ours = train_test_split(X, y, test_size=2, seed=1)
    for mine, theirs in zip(ours, oracle(X, y, test_size=2, random_state=1), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    labels = np.array([0] * 8 + [1] * 4)
    _, test = train_test_split(labels, seed=0, stratify=labels)
    assert np.bincount(test).tolist() == [2, 1]


def test_a_split_without_a_seed_follows_the_common_one():
    def split():
        return train_test_split(np.arange(100))[1].tolist()

    seed(3)
    first, second = split(), split()
    assert first != second
    seed(3)
    assert [split(), split()] == [first, second]


def test_moons_without_noise_are_scikit_learns():
    from sklearn.datasets import make_moons as oracle

    ours, classes = make_moons(101, noise=0.0, seed=0)
    theirs, their_classes = oracle(101, shuffle=False)

    def rows(points, labels):
        return sorted(map(tuple, np.column_stack([points.round(9) + 0.0, labels]).tolist()))

    assert rows(ours, classes) == rows(theirs, their_classes)


def test_xor_is_the_truth_table():
    points, classes = make_xor(4, noise=0.0, seed=0)
    table = {(0.0, 0.0): 0, (0.0, 1.0): 1, (1.0, 0.0): 1, (1.0, 1.0): 0}
    assert {tuple(p): c for p, c in zip(points.tolist(), classes.tolist(), strict=True)} == table


def test_spiral_arms_are_one_another_turned():
    points, classes = make_spirals(300, noise=0.0, seed=0, classes=3)
    arm = [points[classes == k] for k in range(3)]
    arm = [a[np.argsort(np.hypot(*a.T))] for a in arm]
    third = 2 * np.pi / 3
    turn = np.array([[np.cos(third), np.sin(third)], [-np.sin(third), np.cos(third)]])
    np.testing.assert_allclose(arm[0] @ turn, arm[1], atol=1e-12)
    np.testing.assert_allclose(np.hypot(*arm[0].T), np.arange(1, 101) / 100)


@pytest.mark.parametrize("make", [make_moons, make_xor, make_spirals])
def test_data_sets_repeat_from_a_seed_and_have_the_noise_asked_for(make):
    points, classes = make(400, noise=0.1, seed=5)
    again, _ = make(400, noise=0.1, seed=5)
    np.testing.assert_array_equal(points, again)
    clean, _ = make(400, noise=0.0, seed=5)
    assert np.std(points - clean) == pytest.approx(0.1, rel=0.1)
    assert points.shape == (400, 2)
    assert np.bincount(classes).tolist() == [200, 200]
    assert not (classes[:200] == classes[0]).all()
    with pytest.raises(ValueError, match="n_samples"):
        make(0)
    with pytest.raises(ValueError, match="noise"):
        make(10, noise=-1.0)


def test_the_first_names_are_a_thousand_words_of_small_letters():
    names = load_names()
    assert len(set(names)) == len(names) == 1000
    assert all(name.isascii() and name.isalpha() and name.islower() for name in names)
    assert {"mary", "john"} <= set(names)
    assert (min(map(len, names)), max(map(len, names))) == (2, 11)
