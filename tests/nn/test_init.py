import math

import numpy as np
import pytest

import nn
from autograd import ShapeError
from nn import (
    constant,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    orthogonal,
    xavier_normal,
    xavier_uniform,
)

SHAPE = (400, 100)
# The variances that the papers name, for fan_in 400 and fan_out 100.
VARIANCES = {
    xavier_uniform: 2 / 500,
    xavier_normal: 2 / 500,
    he_uniform: 2 / 400,
    he_normal: 2 / 400,
    lecun_uniform: 1 / 400,
    lecun_normal: 1 / 400,
}
RANDOM = [*VARIANCES, orthogonal]


@pytest.mark.parametrize(
    ("draw", "variance"), VARIANCES.items(), ids=lambda v: getattr(v, "__name__", str(v))
)
def test_mean_and_variance(draw, variance):
    weights = draw(SHAPE, rng=0)
    assert weights.shape == SHAPE
    # 40,000 draws: the mean is off by about √(variance/40000), the variance by 1 %.
    assert abs(weights.mean()) < 4 * math.sqrt(variance / 40_000)
    assert weights.var() == pytest.approx(variance, rel=0.04)


@pytest.mark.parametrize("draw", [xavier_uniform, he_uniform, lecun_uniform])
def test_a_uniform_draw_keeps_within_its_bound_and_reaches_it(draw):
    weights = draw(SHAPE, rng=0)
    bound = math.sqrt(3 * VARIANCES[draw])
    assert 0.99 * bound < np.abs(weights).max() <= bound


@pytest.mark.parametrize("draw", [xavier_normal, he_normal, lecun_normal])
def test_a_normal_draw_has_tails(draw):
    weights = draw(SHAPE, rng=0) / math.sqrt(VARIANCES[draw])
    assert 0.04 < (np.abs(weights) > 2).mean() < 0.051  # 4.55 % lie beyond two deviations


@pytest.mark.parametrize("draw", RANDOM)
def test_a_seed_or_a_generator_makes_it_reproducible(draw):
    first = draw((3, 4), rng=7)
    np.testing.assert_array_equal(draw((3, 4), rng=7), first)
    np.testing.assert_array_equal(draw((3, 4), rng=np.random.default_rng(7)), first)
    assert (draw((3, 4), rng=8) != first).any()
    generator = np.random.default_rng(7)
    draw((3, 4), rng=generator)
    assert (draw((3, 4), rng=generator) != first).any()


def test_seed_restarts_what_has_no_generator_of_its_own():
    nn.seed(3)
    first = nn.Dense(2, 3).weight.data, nn.dropout(np.ones(9))
    nn.seed(3)
    second = nn.Dense(2, 3).weight.data, nn.dropout(np.ones(9))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


def test_gains():
    # Gains as torch.nn.init.calculate_gain names them: tanh 5/3, leaky relu √(2/(1 + a²)).
    np.testing.assert_allclose(
        xavier_normal(SHAPE, gain=5 / 3, rng=0), 5 / 3 * xavier_normal(SHAPE, rng=0)
    )
    np.testing.assert_allclose(
        he_normal(SHAPE, negative_slope=1.0, rng=0), lecun_normal(SHAPE, rng=0), rtol=1e-12
    )


@pytest.mark.parametrize("shape", [(3, 7), (7, 3), (5, 5)])
def test_orthogonal_rows_or_columns(shape):
    weights = orthogonal(shape, gain=2.0, rng=0)
    assert weights.shape == shape
    product = weights @ weights.T if shape[0] <= shape[1] else weights.T @ weights
    np.testing.assert_allclose(product, 4.0 * np.eye(min(shape)), atol=1e-12)


def test_orthogonal_has_no_preferred_sign():
    # Without the sign correction LAPACK's Q has a first element that is always negative.
    signs = [orthogonal((4, 4), rng=i)[0, 0] > 0 for i in range(60)]
    assert 15 < sum(signs) < 45


def test_constant():
    assert constant((2, 3), 0.5).tolist() == [[0.5] * 3] * 2
    assert constant((2,)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("draw", RANDOM)
@pytest.mark.parametrize("shape", [(3,), (2, 3, 4), (0, 3), (2.5, 3), ("2", 3)])
def test_shapes_that_are_no_weights(draw, shape):
    with pytest.raises(ShapeError, match=f"{draw.__name__}.*fan_in"):
        draw(shape)


def test_he_keeps_a_signal_level_through_20_relu_layers_where_a_smaller_start_loses_it():
    x = np.random.default_rng(0).normal(size=(200, 256))

    def through(draw):
        rng, y = np.random.default_rng(1), x
        for _ in range(20):
            y = np.maximum(y @ draw((256, 256), rng=rng), 0)
        return y.std()

    assert 0.3 < through(he_normal) < 3.0
    assert through(lecun_normal) < 0.01


def test_every_layer_draws_its_parameters_anew_by_the_rule_that_it_started_from():
    models = {
        "dense": lambda rng: nn.Dense(40, 30, init=nn.init.lecun_uniform, rng=rng),
        "mlp": lambda rng: nn.MLP(20, [30, 30], 1, activation="relu", rng=rng),
        "embedding": lambda rng: nn.Embedding(40, 20, rng=rng),
        "convolution": lambda rng: nn.Conv1d(4, 16, 5, rng=rng),
        "recurrent": lambda rng: nn.GRU(8, 16, rng=rng),
        "attention": lambda rng: nn.MultiheadAttention(16, 4, rng=rng),
        "norms": lambda rng: nn.Sequential(nn.BatchNorm1d(4), nn.LayerNorm(4), nn.RMSNorm(4)),
        "neurons": lambda rng: nn.Layer(30, 20, rng=rng),
        "values": lambda rng: nn.to_values(nn.Dense(20, 20, rng=rng)),
    }
    for name, make in models.items():
        first, again = make(0), make(1)
        before = first.state_dict()
        first.reset_parameters(rng=1)
        for key, fresh in again.state_dict().items():
            drawn = first.state_dict()[key]
            if fresh.std() == 0:
                np.testing.assert_array_equal(drawn, fresh, err_msg=f"{name} {key}")
                continue
            assert not np.array_equal(drawn, before[key]), (name, key)
            assert drawn.std() == pytest.approx(fresh.std(), rel=0.35), (name, key)
            assert abs(drawn).max() < 2.5 * abs(fresh).max(), (name, key)
        once = first.state_dict()
        first.reset_parameters(rng=1)
        for key, array in first.state_dict().items():
            np.testing.assert_array_equal(array, once[key])


def test_types_and_trained_numbers_do_not_survive_a_reset():
    layer = nn.Dense(3, 2, init=lambda shape, rng: np.full(shape, 0.25), rng=0)
    half = nn.to_tensors(layer, np.float32)
    half.weight.data = half.weight.data * 100
    half.reset_parameters()
    assert half.weight.dtype == np.float32
    assert half.weight.data.tolist() == [[0.25] * 2] * 3
