"""Files of a model's state: complete, checked, or not at all."""

import json
import os
import struct

import numpy as np
import pytest
import safetensors.numpy

import nn
from autograd import ShapeError, Tensor
from nn import MLP, BatchNorm1d, Dense, Module, Sequential, load, save, to_tensors, to_values


def network(rng=0, width=3):
    return Sequential(Dense(2, width, rng=rng), BatchNorm1d(width), Dense(width, 1, rng=rng))


def state(model):
    return {name: array.copy() for name, array in model.state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def test_what_is_saved_is_what_is_loaded(path):
    model = network()
    model(np.random.default_rng(0).normal(size=(8, 2)))  # moves the running statistics
    save(model, path)
    other = network(rng=1)
    assert not same(state(model), state(other))
    assert load(other, path) is other
    assert same(state(model), state(other))
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_other_readers_of_the_format_read_it(path):
    model = network()
    save(model, str(path))
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])  # the format's description: 8 bytes, JSON, data
    header = json.loads(content[8 : 8 + length])
    assert header["0.weight"]["shape"] == [2, 3]
    assert header["0.weight"]["dtype"] == "F64"
    assert header["__metadata__"] == {"model": "Sequential"}
    np.testing.assert_array_equal(
        safetensors.numpy.load_file(path)["0.weight"], model.state_dict()["0.weight"]
    )


def test_both_magnifications_write_the_same_file(path):
    model = MLP(2, [3], 1, rng=0)
    save(to_values(model), path)
    other = load(MLP(2, [3], 1, rng=1), path)
    assert same(state(model), state(other))
    save(model, path)
    assert same(state(load(to_values(MLP(2, [3], 1, rng=1)), path)), state(model))


def test_transposed_and_single_numbers_survive(path):
    class Odd(Module):
        def __init__(self, array, number):
            self.array, self.number = Tensor(array), Tensor(number)

    array = np.arange(6.0).reshape(2, 3)
    model = Odd(array, 5.0)
    model.array = Tensor(array.T)
    save(model, path)
    other = load(Odd(np.zeros((3, 2)), 0.0), path)
    np.testing.assert_array_equal(other.array.data, array.T)
    assert other.number.item() == 5.0


@pytest.mark.parametrize("keep", [0, 4, 20, 200, -1])
def test_a_file_cut_short_is_refused(path, keep):
    save(network(), path)
    path.write_bytes(path.read_bytes()[:keep])
    model = network(rng=1)
    before = state(model)
    with pytest.raises(ValueError, match=r"not a safetensors file, or only a part of one"):
        load(model, path)
    assert same(before, state(model))


def test_the_file_of_another_model_is_refused(path):
    save(network(), path)
    before = state(model := network(rng=1, width=4))
    with pytest.raises(ShapeError, match=r"model\.safetensors.*0\.weight.*\(2, 3\).*\(2, 4\)"):
        load(model, path)
    assert same(before, state(model))

    before = state(model := MLP(2, [3], 1, rng=1))
    with pytest.raises(ValueError, match=r"missing|unknown"):
        load(model, path)
    assert same(before, state(model))

    before = state(model := to_tensors(network(rng=1), dtype=np.float32))
    with pytest.raises(TypeError, match=r"float64 in .* and float32 in the model"):
        load(model, path)
    assert same(before, state(model))


def test_a_wrong_shape_late_in_the_file_changes_nothing_before_it(path):
    arrays = network().state_dict()
    last = list(arrays)[-1]
    arrays[last] = np.zeros(7)
    path.write_bytes(safetensors.numpy.save(arrays))
    before = state(model := network(rng=1))
    with pytest.raises(ShapeError, match=last):
        load(model, path)
    assert same(before, state(model))


def test_a_write_that_fails_leaves_the_old_file(path, monkeypatch):
    save(network(), path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(network(rng=1), path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_file_may_be_read_by_whom_other_files_may(path):
    plain = path.with_name("plain")
    plain.write_bytes(b"")
    save(network(), path)
    assert path.stat().st_mode == plain.stat().st_mode


def test_mistakes_are_named(path):
    with pytest.raises(FileNotFoundError):
        load(network(), path)
    with pytest.raises(FileNotFoundError, match=r"no folder .*no to write such to"):
        save(network(), path / "no" / "such")
    with pytest.raises(TypeError, match="Module"):
        load(path, network())
    with pytest.raises(TypeError, match="Module"):
        save({"w": np.ones(3)}, path)


def test_a_state_goes_to_pytorchs_layout_and_back():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Conv1d(1, 2, 2, rng=1))
    state = nn.to_torch(model)
    np.testing.assert_array_equal(state["0.weight"], model[0].weight.data.T)
    np.testing.assert_array_equal(state["1.weight"], model[1].weight.data)
    other = nn.Sequential(nn.Linear(2, 3, rng=5), nn.Conv1d(1, 2, 2, rng=6))
    assert nn.from_torch(state, other) is other
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(other.state_dict()[name], array)
    before = other.state_dict()
    with pytest.raises(ShapeError, match="weight"):
        nn.from_torch({**state, "0.weight": np.ones((2, 3))}, other)
    with pytest.raises(ValueError, match=r"missing: 1\.bias"):
        nn.from_torch({k: v for k, v in state.items() if k != "1.bias"}, other)
    for name, array in before.items():
        np.testing.assert_array_equal(other.state_dict()[name], array)
