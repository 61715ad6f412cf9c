import math
import re
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, grad, gradcheck
from nn import activations

POINTS = [-1000.0, -3.0, -0.5, 0.0, 0.5, 3.0, 1000.0]

# Values and derivatives at POINTS as PyTorch 2.13 (CPU, float64) computes them, gelu_tanh as gelu
# with approximate="tanh". By our convention the slope of leaky_relu at 0 is 1, and not 0.01.
TORCH = {
    "sigmoid": (
        [
            0.0,
            0.04742587317756678,
            0.3775406687981454,
            0.5,
            0.6224593312018546,
            0.9525741268224334,
            1.0,
        ],
        [
            0.0,
            0.04517665973091214,
            0.2350037122015945,
            0.25,
            0.2350037122015945,
            0.045176659730912,
            0.0,
        ],
    ),
    "tanh": (
        [
            -1.0,
            -0.9950547536867305,
            -0.46211715726000974,
            0.0,
            0.46211715726000974,
            0.9950547536867305,
            1.0,
        ],
        [
            0.0,
            0.009866037165440166,
            0.7864477329659274,
            1.0,
            0.7864477329659274,
            0.009866037165440166,
            0.0,
        ],
    ),
    "relu": ([0.0, 0.0, 0.0, 0.0, 0.5, 3.0, 1000.0], [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]),
    "leaky_relu": (
        [-10.0, -0.03, -0.005, 0.0, 0.5, 3.0, 1000.0],
        [0.01, 0.01, 0.01, 1.0, 1.0, 1.0, 1.0],
    ),
    "elu": (
        [-1.0, -0.950212931632136, -0.3934693402873666, 0.0, 0.5, 3.0, 1000.0],
        [0.0, 0.049787068367863944, 0.6065306597126334, 1.0, 1.0, 1.0, 1.0],
    ),
    "selu": (
        [
            -1.7580993408473766,
            -1.6705687287671118,
            -0.6917581878028713,
            0.0,
            0.5253504936777402,
            3.1521029620664414,
            1050.7009873554805,
        ],
        [
            0.0,
            0.08753061208026487,
            1.0663411530445053,
            1.7580993408473766,
            1.0507009873554805,
            1.0507009873554805,
            1.0507009873554805,
        ],
    ),
    "silu": (
        [
            0.0,
            -0.14227761953270035,
            -0.1887703343990727,
            0.0,
            0.3112296656009273,
            2.8577223804672998,
            1000.0,
        ],
        [
            0.0,
            -0.08810410601516962,
            0.2600388126973482,
            0.5,
            0.7399611873026519,
            1.0881041060151693,
            1.0,
        ],
    ),
    "gelu": (
        [
            -0.0,
            -0.00404969409489031,
            -0.15426876936299344,
            0.0,
            0.34573123063700656,
            2.99595030590511,
            1000.0,
        ],
        [
            0.0,
            -0.01194564720418392,
            0.13250487534383712,
            0.5,
            0.8674951246561629,
            1.011945647204184,
            1.0,
        ],
    ),
    "gelu_tanh": (
        [
            0.0,
            -0.0036373920817729943,
            -0.15428599017485606,
            0.0,
            0.34571400982514394,
            2.996362607918227,
            1000.0,
        ],
        [
            0.0,
            -0.011584166630969648,
            0.13263009646535764,
            0.5,
            0.8673699035346424,
            1.0115841666309695,
            1.0,
        ],
    ),
    "softplus": (
        [
            0.0,
            0.04858735157374206,
            0.4740769841801067,
            0.6931471805599453,
            0.9740769841801067,
            3.048587351573742,
            1000.0,
        ],
        [
            0.0,
            0.04742587317756679,
            0.37754066879814546,
            0.5,
            0.6224593312018546,
            0.9525741268224333,
            1.0,
        ],
    ),
    "identity": (POINTS, [1.0] * 7),
}


@pytest.mark.parametrize("name", TORCH)
def test_values_and_slopes_are_pytorchs_also_far_out_and_at_0(name):
    f, (values, slopes) = getattr(activations, name), TORCH[name]
    x = Tensor(POINTS)
    y = f(x)
    y.sum().backward()
    np.testing.assert_allclose(y.data, values, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(x.grad, slopes, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", TORCH)
def test_single_values_agree_with_tensors(name):
    f, (values, slopes) = getattr(activations, name), TORCH[name]
    for x, value, slope in zip(POINTS, values, slopes, strict=True):
        node = Value(x)
        y = f(node)
        y.backward()
        assert y.data == pytest.approx(value, rel=1e-12, abs=1e-15)
        assert node.grad == pytest.approx(slope, rel=1e-12, abs=1e-15)
        assert f(x) == pytest.approx(value, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", activations.__all__)
def test_all_kinds_of_argument_get_the_same_numbers(name, five_kinds, plain):
    f = getattr(nn, name)
    for x in ([[-2.0, 0.0, 0.5], [1.0, 1.0, -1000.0]], [0.25, -0.75], 0.3):
        expected = np.asarray(f(np.asarray(x)))
        for kind, argument in five_kinds(x).items():
            np.testing.assert_allclose(plain(f(argument)), expected, rtol=1e-13, err_msg=kind)


@pytest.mark.parametrize("name", activations.__all__)
def test_gradients_agree_with_finite_differences_to_second_order(name):
    f = getattr(nn, name)
    points = [-2.0, -0.3, 0.4, 1.7]
    assert gradcheck(f, Tensor(points), order=2)
    assert gradcheck(f, [Value(x) for x in points], order=2)
    assert gradcheck(f, Tensor([0.0, 0.0]))  # at the kinks any slope between the two sides


@pytest.mark.parametrize("name", activations.__all__)
def test_float32_stays_float32(name):
    x = Tensor(np.array([-1.0, 0.0, 2.0], dtype=np.float32))
    y = getattr(nn, name)(x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32


@pytest.mark.parametrize("name", activations.__all__)
def test_nothing_that_is_not_a_number_is_hidden(name):
    if name not in ("softmax", "log_softmax"):
        with np.errstate(invalid="ignore"):
            assert np.isnan(getattr(nn, name)(np.array([np.nan, 1.0]))[0])


@pytest.mark.parametrize(
    "path", sorted(Path(nn.__file__).parent.glob("*.py")), ids=lambda p: p.name
)
def test_no_file_of_nn_declares_a_derivative(path):
    # A derivative enters the engine through the rows of its table, and in no other way.
    words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    assert not words & {
        "elementwise",
        "reduction_local",
        "structural",
        "vjp",
        "partials",
        "Op",
        "ops",
    }


def test_the_lectures_figures():
    assert nn.sigmoid(2.0) == pytest.approx(0.880797077977882, rel=1e-14)
    assert grad(nn.sigmoid)(0.0) == pytest.approx(0.25, rel=1e-15)
    assert nn.tanh(0.5) == pytest.approx(0.46211715726001, rel=1e-13)
    np.testing.assert_allclose(nn.softmax([1.0, 2.0, 3.0]), [0.09003, 0.24473, 0.66524], atol=5e-6)


def test_ten_sigmoids_at_0_pass_on_a_quarter_to_the_tenth():
    x = Value(0.0)
    y = x
    for _ in range(10):
        y = nn.sigmoid(y) - 0.5  # each takes its input at 0
    y.backward()
    assert x.grad == 0.25**10 == 9.5367431640625e-07


def test_sigmoid_keeps_its_digits_far_to_the_left():
    # 1 / (1 + e⁷⁰⁰) is e⁻⁷⁰⁰ to the last digit.
    assert nn.sigmoid(-700.0) == pytest.approx(math.exp(-700.0), rel=1e-12)


def test_gelu_has_both_forms_and_keeps_its_digits():
    assert nn.gelu(-8.0) == pytest.approx(-8.0 * math.erfc(8.0 / math.sqrt(2)) / 2, rel=1e-13)
    with pytest.raises(ValueError, match='"none" or "tanh"'):
        nn.gelu(1.0, approximate="sigmoid")
    z = np.linspace(-4, 4, 33)
    tanh_form = 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    np.testing.assert_allclose(nn.gelu(z, approximate="tanh"), tanh_form, rtol=1e-9, atol=1e-12)
    # 1 + tanh(u) rounds to 0 from about z = -6.3 on; the true value is z·e^(2u) there.
    u = math.sqrt(2 / math.pi) * (-8.0 + 0.044715 * -512.0)
    assert nn.gelu(-8.0, "tanh") == pytest.approx(-8.0 * math.exp(2 * u), rel=1e-12)


@pytest.mark.parametrize("alpha", [0.5, 2.0])
def test_elu_takes_alpha_and_its_slope_at_0_is_alpha(alpha):
    z = Tensor([-1.0, 0.0, 2.0])
    y = nn.elu(z, alpha)
    y.sum().backward()
    np.testing.assert_allclose(y.data, [alpha * (math.exp(-1) - 1), 0.0, 2.0])
    np.testing.assert_allclose(z.grad, [alpha * math.exp(-1), alpha, 1.0])


def test_leaky_relu_takes_its_slope():
    z = Tensor([-2.0, 0.0, 2.0])
    y = nn.leaky_relu(z, negative_slope=0.2)
    y.sum().backward()
    assert y.data.tolist() == [-0.4, 0.0, 2.0]
    assert z.grad.tolist() == [0.2, 1.0, 1.0]


class TestSoftmax:
    def test_figures_and_gradient_are_pytorchs(self):
        # PyTorch 2.13: softmax along the last axis, gradient of the sum of column 0.
        z = Tensor([[1.0, 2.0, 3.0], [1000.0, -1000.0, 999.0]])
        y = nn.softmax(z)
        y[:, 0].sum().backward()
        expected = [
            [0.09003057317038045, 0.2447284710547976, 0.6652409557748218],
            [0.7310585786300049, 0.0, 0.26894142136999516],
        ]
        slopes = [
            [0.08192506906499322, -0.02203304452017429, -0.059892024544818914],
            [0.19661193324148185, 0.0, -0.19661193324148188],
        ]
        np.testing.assert_allclose(y.data, expected, rtol=1e-12)
        np.testing.assert_allclose(z.grad, slopes, rtol=1e-12)

    def test_log_softmax_is_finite_where_softmax_is_0(self):
        expected = [-0.31326168751822286, -2000.3132616875182, -1.3132616875182228]
        np.testing.assert_allclose(nn.log_softmax([1000.0, -1000.0, 999.0]), expected, rtol=1e-13)

    def test_a_shift_changes_nothing(self):
        z = np.array([1.0, 2.0, 3.0])
        np.testing.assert_allclose(nn.softmax(z + 1e6), nn.softmax(z), rtol=1e-9)

    def test_columns_need_axis_0(self):
        z = np.array([[1.0, 5.0], [2.0, 5.0]])
        np.testing.assert_allclose(nn.softmax(z, axis=0).sum(axis=0), [1.0, 1.0])
        np.testing.assert_allclose(nn.softmax(z.T).T, nn.softmax(z, axis=0))

    def test_equal_scores_share_equally(self):
        np.testing.assert_allclose(nn.softmax([7.0] * 4), [0.25] * 4, rtol=1e-14)

    def test_an_axis_that_is_not_there_is_an_error(self):
        with pytest.raises(ValueError, match="axis"):
            nn.softmax(np.ones(3), axis=1)


def test_whole_numbers_do_not_wrap_around():
    assert nn.sigmoid(np.array([1], dtype=np.uint8))[0] == nn.sigmoid(1.0)


def test_text_is_an_error_that_says_what_is_expected():
    for function in (nn.softplus, nn.sigmoid, nn.gelu, nn.leaky_relu, nn.log_softmax):
        for wrong in ("2.0", ["a"], None, 1j):
            with pytest.raises(TypeError, match="must be real numbers, Values or a Tensor, not"):
                function(wrong)


def test_booleans_and_whole_numbers_are_floats():
    assert nn.softmax(True) == 1.0
    assert nn.softplus(np.int64(0)) == nn.softplus(0.0)


def test_a_function_is_one_node_which_opens_into_its_parts():
    z = Value(1.0, label="z")
    y = nn.silu(z)
    assert (y.op, y.inputs) == (nn.silu, (z,))
    opened = y.op.expand(*y.inputs)
    assert opened.op.name == "mul"
    assert opened.inputs[1].op is nn.sigmoid
    assert opened.data == pytest.approx(y.data, rel=1e-15)
