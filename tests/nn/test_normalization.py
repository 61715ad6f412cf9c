import numpy as np
import pytest

from autograd import ShapeError, Tensor, Value, gradcheck, mean
from autograd.tracing import trace
from nn import BatchNorm1d, LayerNorm, to_values

X = np.array([[1.0, 2.0], [3.0, -1.0], [4.0, 0.5]])
UPSTREAM = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])


def batch_norm():
    layer = BatchNorm1d(2)
    layer.weight.data = np.array([2.0, -1.0])
    layer.bias.data = np.array([0.5, 0.25])
    return layer


class TestBatchNorm:
    def test_figures_are_pytorchs(self):
        # PyTorch 2.13, torch.nn.BatchNorm1d(2), float64.
        layer, x = batch_norm(), Tensor(X)
        y = layer(x)
        (y * UPSTREAM).sum().backward()
        np.testing.assert_allclose(
            y.data,
            [
                [-2.1726038286257436, -0.9747407889290967],
                [1.034520765725149, 1.4747407889290967],
                [2.6380830629005954, 0.25],
            ],
            rtol=1e-12,
        )
        np.testing.assert_allclose(
            x.grad,
            [
                [0.2290582384211401, 1.0886639223041927],
                [-0.6872365665544069, 1.0886530357919786],
                [0.4581783281332659, -2.177316958096172],
            ],
            rtol=1e-9,
        )
        np.testing.assert_allclose(layer.weight.grad, [4.81068689152634, -2.4494815778581933])
        np.testing.assert_allclose(layer.bias.grad, [9.0, 13.0])

    def test_running_statistics_are_pytorchs(self):
        layer = batch_norm()
        layer(X)
        np.testing.assert_allclose(layer.running_mean, [0.26666666666666666, 0.05])
        np.testing.assert_allclose(layer.running_var, [1.1333333333333333, 1.125])
        layer(2 * X)
        np.testing.assert_allclose(layer.running_mean, [0.7733333333333333, 0.145])
        np.testing.assert_allclose(layer.running_var, [1.9533333333333331, 1.9125])
        expected = [
            [0.8243607988363536, -1.0913498240530155],
            [3.6863678473924146, 1.0779490827712683],
            [5.117371371670445, -0.0067003706408735875],
        ]
        np.testing.assert_allclose(layer.eval()(X).data, expected)
        assert layer.num_batches_tracked == 2

    def test_without_momentum_they_are_the_plain_average(self):
        # PyTorch 2.13, momentum=None, over the batches X and 2X.
        layer = BatchNorm1d(2, momentum=None)
        layer(X)
        layer(2 * X)
        np.testing.assert_allclose(layer.running_mean, [4.0, 0.75])
        np.testing.assert_allclose(layer.running_var, [5.833333333333332, 5.625])

    def test_three_axes_are_pytorchs(self):
        layer = BatchNorm1d(2)
        y = layer(np.arange(12.0).reshape(2, 2, 3) ** 2 / 10)
        expected = [-1.0122812035090274, -0.9728416760995847, -0.8545230938712569]
        np.testing.assert_allclose(y.data[0, 0], expected)
        np.testing.assert_allclose(y.data[1, 1, 2], 1.4229686254856564)
        np.testing.assert_allclose(layer.running_mean, [0.2566666666666667, 0.5866666666666668])
        np.testing.assert_allclose(layer.running_var, [1.6714666666666669, 3.2026666666666666])

    def test_evaluation_leaves_them_alone_and_needs_no_batch(self):
        layer = batch_norm().eval()
        layer(X[:1])
        assert layer.running_mean.tolist() == [0.0, 0.0]
        assert layer.num_batches_tracked == 0

    def test_without_running_statistics_the_batch_is_used_always(self):
        layer = BatchNorm1d(2, affine=False, track_running_stats=False)
        trained = layer(X)
        np.testing.assert_array_equal(layer.eval()(X), trained)
        assert layer.state_dict() == {}

    def test_a_training_batch_of_one_is_an_error(self):
        with pytest.raises(ValueError, match="more than one number per feature in training"):
            batch_norm()(X[:1])
        assert batch_norm()(np.ones((1, 2, 3))).shape == (1, 2, 3)

    @pytest.mark.parametrize("shape", [(2,), (4, 3), (4, 2, 3, 1)])
    def test_other_shapes(self, shape):
        with pytest.raises(ShapeError, match=r"takes \(samples, 2\)"):
            batch_norm()(np.ones(shape))

    def test_a_column_of_equal_numbers_is_finite(self):
        x = Tensor(np.ones((3, 2)))
        y = batch_norm()(x)
        (y * UPSTREAM).sum().backward()
        np.testing.assert_allclose(y.data, [[0.5, 0.25]] * 3)
        assert np.isfinite(x.grad).all()

    def test_of_values_it_is_the_same(self, plain, slope):
        layer, values = batch_norm(), np.frompyfunc(Value, 1, 1)(X)
        small = to_values(layer)
        x = Tensor(X)
        y = small(values)
        np.testing.assert_allclose(plain(y), layer(x).data, rtol=1e-12)
        np.testing.assert_allclose(
            slope(y * UPSTREAM, values), slope(batch_norm()(x) * UPSTREAM, x), atol=1e-12
        )
        np.testing.assert_allclose(small.running_var, layer.running_var)

    def test_derivatives_to_second_order(self):
        assert gradcheck(BatchNorm1d(2), Tensor(X), order=2)

    def test_the_state_is_saved(self):
        layer, other = batch_norm(), BatchNorm1d(2)
        layer(X)
        other.load_state_dict(layer.state_dict())
        np.testing.assert_array_equal(other.eval()(X).data, layer.eval()(X).data)
        assert list(layer.state_dict()) == [
            "weight",
            "bias",
            "running_mean",
            "running_var",
            "num_batches_tracked",
        ]


class TestLayerNorm:
    def test_figures_are_pytorchs(self):
        # PyTorch 2.13, torch.nn.LayerNorm(3), float64.
        layer, x = LayerNorm(3), Tensor([[1.0, 2.0, 5.0], [3.0, -1.0, 0.0]])
        layer.weight.data = np.array([2.0, -1.0, 1.0])
        layer.bias.data = np.array([0.5, 0.25, 0.0])
        y = layer(x)
        (y * np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])).sum().backward()
        np.testing.assert_allclose(
            y.data,
            [
                [-1.4611579570729292, 0.642231591414586, 1.37281056995105],
                [3.2456211399021, 1.2305789785364643, -0.3922315914145858],
            ],
            rtol=1e-12,
        )
        np.testing.assert_allclose(
            x.grad,
            [
                [1.1540640703351661, -1.5387554880803207, 0.3846914177451551],
                [-0.7014785042841776, -2.104482354193907, 2.805960858478085],
            ],
            rtol=1e-9,
        )
        np.testing.assert_allclose(
            layer.weight.grad, [4.510663301267735, -5.6873580755114945, 1.7650421613656349]
        )

    def test_several_axes(self):
        # PyTorch 2.13, torch.nn.LayerNorm((2, 3)).
        y = LayerNorm((2, 3))(np.array([[[1.0, 2.0, 5.0], [3.0, -1.0, 0.0]]]))
        expected = [-0.3380612672414854, 0.16903063362074264, 1.6903063362074264]
        np.testing.assert_allclose(y.data[0, 0], expected)

    def test_a_batch_of_one_is_fine_and_the_mode_does_not_matter(self):
        layer = LayerNorm(2)
        trained = layer(X[:1]).data
        np.testing.assert_array_equal(layer.eval()(X).data[:1], trained)

    def test_without_scale_and_shift(self):
        layer = LayerNorm(2, elementwise_affine=False)
        assert layer.parameters() == []
        np.testing.assert_allclose(layer(X).mean(axis=1), [0.0] * 3, atol=1e-15)

    def test_other_shapes(self):
        with pytest.raises(ShapeError, match=r"shape \(…, 3\), not \(3, 2\)"):
            LayerNorm(3)(X)
        with pytest.raises(ShapeError, match=r"shape \(…, 3, 2\), not \(2,\)"):
            LayerNorm((3, 2))(X[0])

    def test_of_values_it_is_the_same(self, plain):
        layer = LayerNorm(2)
        values = np.frompyfunc(Value, 1, 1)(X)
        np.testing.assert_allclose(plain(to_values(layer)(values)), layer(X).data, atol=1e-12)

    def test_derivatives_to_second_order(self):
        assert gradcheck(LayerNorm(2), Tensor(X), order=2)


class TestTraced:
    @pytest.mark.parametrize("magnify", [lambda m: m, to_values], ids=["tensors", "values"])
    def test_each_replay_moves_the_running_statistics(self, magnify):
        layer, eager = magnify(batch_norm()), batch_norm()
        step = trace(lambda x: mean(layer(x) * UPSTREAM))
        for factor in (1.0, 2.0, -3.0):
            step(factor * X)
            eager(factor * X)
        np.testing.assert_allclose(layer.running_mean, eager.running_mean)
        np.testing.assert_allclose(layer.running_var, eager.running_var)

    def test_a_replay_in_evaluation_reads_them_as_they_are(self):
        layer = batch_norm().eval()
        step = trace(lambda x: layer(x))
        step(X)
        layer.running_mean += 1.0
        layer.running_var *= 3.0
        np.testing.assert_allclose(step(X).data, layer(X).data)

    def test_the_mode_is_asked_for_each_time(self):
        layer = batch_norm()
        step = trace(lambda x: layer(x), shapes=2)
        step(X)
        layer.eval()
        np.testing.assert_allclose(step(X).data, layer(X).data)
