import math

import numpy as np
import pytest

import autograd
import nn
from autograd import ShapeError, Tensor, Value, gradcheck
from autograd.tracing import trace
from nn import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    focal_loss,
    hinge_loss,
    huber_loss,
    l1_loss,
    mse_loss,
    nll_loss,
    smooth_l1_loss,
)

D = [-1000.0, -1.0, -0.3, 0.0, 0.5, 1.0, 2.5, 1000.0]
SIGNS = [-1.0, -1.0, -1.0, 0.0, 1.0, 1.0, 1.0, 1.0]
Z = [[2.0, 1.0, 0.1], [1000.0, -1000.0, 0.0], [-0.5, 0.25, 3.0], [0.0, 0.0, 0.0]]
SOFT = [[0.2, 0.3, 0.5], [0.1, 0.9, 0.0], [0.0, 0.0, 1.0], [1 / 3, 1 / 3, 1 / 3]]
CLASSES = [0, 1, 2, 1]

# Losses (reduction="none") and gradients of their sum, by PyTorch 2.13 (CPU, float64). Where
# PyTorch has no such loss (hinge, focal) by the papers' formula, written with PyTorch's
# functions. Each row: a name, the loss, its predictions, losses, gradients.
TORCH = [
    (
        "mse",
        lambda x: mse_loss(x, np.zeros(8), reduction="none"),
        D,
        [1e6, 1.0, 0.09, 0.0, 0.25, 1.0, 6.25, 1e6],
        [-2000.0, -2.0, -0.6, 0.0, 1.0, 2.0, 5.0, 2000.0],
    ),
    (
        "l1",
        lambda x: l1_loss(x, np.zeros(8), reduction="none"),
        D,
        [1000.0, 1.0, 0.3, 0.0, 0.5, 1.0, 2.5, 1000.0],
        SIGNS,
    ),
    (
        "huber",
        lambda x: huber_loss(x, np.zeros(8), reduction="none"),
        D,
        [999.5, 0.5, 0.045, 0.0, 0.125, 0.5, 2.0, 999.5],
        [-1.0, -1.0, -0.3, 0.0, 0.5, 1.0, 1.0, 1.0],
    ),
    (
        "huber, delta=2.5",
        lambda x: huber_loss(x, np.zeros(8), delta=2.5, reduction="none"),
        D,
        [2496.875, 0.5, 0.045, 0.0, 0.125, 0.5, 3.125, 2496.875],
        [-2.5, -1.0, -0.3, 0.0, 0.5, 1.0, 2.5, 2.5],
    ),
    (
        "smooth l1, beta=0.5",
        lambda x: smooth_l1_loss(x, np.zeros(8), beta=0.5, reduction="none"),
        D,
        [999.75, 0.75, 0.09, 0.0, 0.25, 0.75, 2.25, 999.75],
        [-1.0, -1.0, -0.6, 0.0, 1.0, 1.0, 1.0, 1.0],
    ),
    (
        "smooth l1, beta=0",
        lambda x: smooth_l1_loss(x, np.zeros(8), beta=0.0, reduction="none"),
        D,
        [1000.0, 1.0, 0.3, 0.0, 0.5, 1.0, 2.5, 1000.0],
        SIGNS,
    ),
    (
        "binary cross-entropy",
        lambda p: binary_cross_entropy(p, [1, 0, 1], reduction="none"),
        [0.9, 0.2, 0.6],
        [0.10536051565782628, 0.22314355131420976, 0.5108256237659907],
        [-1.1111111111111112, 1.25, -1.6666666666666667],
    ),
    (
        "binary cross-entropy, soft labels",
        lambda p: binary_cross_entropy(p, [0.3, 0.7, 0.5], reduction="none"),
        [0.9, 0.2, 0.6],
        [1.6434177197931799, 1.193549604098133, 0.7135581778200728],
        [6.666666666666669, -3.125, 0.4166666666666666],
    ),
    (
        "binary cross-entropy with logits",
        lambda z: binary_cross_entropy_with_logits(z, [0, 1, 1, 0.25, 1, 0, 1], reduction="none"),
        [-1000.0, -3.0, 0.0, 0.5, 1000.0, 1000.0, -1000.0],
        [0.0, 3.048587351573742, 0.6931471805599453, 0.8490769841801067, 0.0, 1000.0, 1000.0],
        [0.0, -0.9525741268224333, -0.5, 0.3724593312018546, 0.0, 1.0, -1.0],
    ),
    (
        "cross-entropy, class indices",
        lambda z: cross_entropy(z, CLASSES, reduction="none"),
        Z,
        [0.41703001627783354, 2000.0, 0.08995518065460652, 1.0986122886681098],
        [
            [-0.3409988611140321, 0.2424329707047139, 0.0985658904093182],
            [1.0, -1.0, 0.0],
            [0.02759956739007262, 0.05842828462328637, -0.08602785201335905],
            [0.3333333333333333, -0.6666666666666667, 0.3333333333333333],
        ],
    ),
    (
        "cross-entropy, label smoothing",
        lambda z: cross_entropy(z, CLASSES, label_smoothing=0.1, reduction="none"),
        Z,
        [0.5136966829445002, 1900.0, 0.2982885139879399, 1.0986122886681098],
        [
            [-0.27433219444736545, 0.20909963737138057, 0.06523255707598485],
            [0.9666666666666667, -0.9333333333333333, -0.03333333333333333],
            [-0.005733765943260714, 0.025094951289953038, -0.0193611853466924],
            [0.3, -0.6, 0.3],
        ],
    ),
    (
        "cross-entropy, probabilities",
        lambda z: cross_entropy(z, SOFT, reduction="none"),
        Z,
        [1.6670300162778333, 1800.0, 0.08995518065460652, 1.0986122886681096],
        [
            [0.4590011388859679, -0.05756702929528609, -0.4014341095906818],
            [0.9, -0.9, 0.0],
            [0.02759956739007262, 0.05842828462328637, -0.08602785201335905],
            [0.0, 0.0, 0.0],
        ],
    ),
    (
        "cross-entropy, probabilities, label smoothing",
        lambda z: cross_entropy(z, SOFT, label_smoothing=0.2, reduction="none"),
        Z,
        [1.6103633496111667, 1640.0, 0.5066218473212731, 1.0986122886681096],
        [
            [0.4323344722193012, -0.06423369596195275, -0.3681007762573485],
            [0.8533333333333333, -0.7866666666666667, -0.06666666666666667],
            [-0.03906709927659405, -0.008238382043380295, 0.04730548131997425],
            [0.0, 0.0, 0.0],
        ],
    ),
    (
        "negative log-likelihood",
        lambda x: nll_loss(x, CLASSES, reduction="none"),
        [[-0.1, -2.0, -3.0], [-1.0, -0.5, -2.0], [-1.0, -1.0, -1.0], [-4.0, -0.02, -5.0]],
        [0.1, 0.5, 1.0, 0.02],
        [[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [0.0, -1.0, 0.0]],
    ),
    (
        "focal",
        lambda z: focal_loss(z, [1, 0, 1, 0, 1], reduction="none"),
        [2.0, -1.5, -3.0, 0.7, 0.0],
        [
            0.00045089070881009483,
            0.005027135194931744,
            0.6915701102563155,
            0.3694086597123815,
            0.04332169878499658,
        ],
        [
            -0.0012177350488481945,
            0.012773328917426947,
            -0.28168747015872214,
            0.46889542172532295,
            -0.07457169878499659,
        ],
    ),
    (
        "focal, no alpha, gamma=1.5",
        lambda z: focal_loss(z, [1, 0, 1, 0, 1], alpha=None, gamma=1.5, reduction="none"),
        [2.0, -1.5, -3.0, 0.7, 0.0],
        [
            0.005223815465579088,
            0.015693380347931843,
            2.834306517297994,
            0.6025547948436193,
            0.2450645358671368,
        ],
        [
            -0.011807565853315213,
            0.03345968534496895,
            -1.0872482492780406,
            0.664863448561674,
            -0.36057509719698955,
        ],
    ),
    (
        "hinge",  # by hand: max(0, 1 - y·s), the slope at the margin is 0
        lambda s: hinge_loss(s, [1, 1, -1, -1, 1, 1], reduction="none"),
        [2.0, 0.5, 0.5, -1000.0, 1.0, -1000.0],
        [0.0, 0.5, 1.5, 0.0, 0.0, 1001.0],
        [0.0, -1.0, 1.0, 0.0, 0.0, -1.0],
    ),
]
NAMES, FIGURES = [row[0] for row in TORCH], [row[1:] for row in TORCH]


@pytest.mark.parametrize(("loss", "x", "losses", "gradients"), FIGURES, ids=NAMES)
class TestFigures:
    def test_tensors(self, loss, x, losses, gradients):
        leaf = Tensor(x)
        result = loss(leaf)
        result.sum().backward()
        np.testing.assert_allclose(result.data, losses, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(leaf.grad, gradients, rtol=1e-12, atol=1e-13)

    def test_values(self, loss, x, losses, gradients, plain, slope):
        values = np.frompyfunc(Value, 1, 1)(np.array(x))
        result = loss(values)
        np.testing.assert_allclose(plain(result), losses, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(slope(result, values), gradients, rtol=1e-12, atol=1e-13)

    def test_the_other_kinds_of_argument(self, loss, x, losses, gradients, five_kinds, plain):
        for kind, argument in five_kinds(x).items():
            np.testing.assert_allclose(
                plain(loss(argument)), losses, rtol=1e-12, atol=1e-13, err_msg=kind
            )


LOSSES = [
    (mse_loss, 0.7, 0.2),
    (l1_loss, 0.7, 0.2),
    (huber_loss, 0.7, 0.2),
    (smooth_l1_loss, 0.7, 0.2),
    (binary_cross_entropy, 0.7, 1.0),
    (binary_cross_entropy_with_logits, 0.7, 1.0),
    (focal_loss, 0.7, 1.0),
    (hinge_loss, 0.7, 1.0),
]


@pytest.mark.parametrize(("loss", "x", "y"), LOSSES, ids=lambda v: getattr(v, "__name__", ""))
class TestEveryElementwiseLoss:
    def test_takes_single_numbers(self, loss, x, y):
        node = Value(x)
        result = loss(node, y)
        result.backward()
        assert result.data == pytest.approx(loss(x, y), rel=1e-14)
        assert loss(Tensor(x), y).item() == pytest.approx(result.data, rel=1e-14)
        assert node.has_grad

    def test_reductions(self, loss, x, y, plain):
        xs, ys = np.array([[x, 0.25], [0.5, x]]), np.array([[y, y], [y, y]])
        each = loss(xs, ys, reduction="none")
        assert each.shape == (2, 2)
        assert loss(Tensor(xs), ys, reduction="sum").item() == pytest.approx(each.sum())
        assert loss(Tensor(xs), ys).item() == pytest.approx(each.mean())
        values = np.frompyfunc(Value, 1, 1)(xs)
        assert loss(values, ys).data == pytest.approx(each.mean())

    def test_unknown_reduction(self, loss, x, y):
        with pytest.raises(ValueError, match='"mean", "sum" or "none", not \'avg\''):
            loss(x, y, reduction="avg")

    def test_shapes_must_agree(self, loss, x, y):
        with pytest.raises(ShapeError, match=r"\(4, 1\).*\(4,\)"):
            loss(np.full((4, 1), x), np.full(4, y))
        with pytest.raises(ShapeError, match=r"\(4,\).*\(\)"):
            loss(Tensor(np.full(4, x)), y)

    def test_text(self, loss, x, y):
        with pytest.raises(TypeError, match=f"{loss.__name__}: the target must be real numbers"):
            loss(np.array([x]), ["a"])
        with pytest.raises(
            TypeError, match=f"{loss.__name__}: the prediction must be real numbers"
        ):
            loss("a", y)

    def test_nothing_to_average(self, loss, x, y):
        with pytest.raises(ValueError, match="no elements"):
            loss(np.zeros((0, 1)), np.zeros((0, 1)))

    def test_derivatives_to_second_order(self, loss, x, y):
        ys = np.full(3, y)
        assert gradcheck(lambda t: loss(t, ys), Tensor([0.1, 0.4, x]), order=2)
        assert gradcheck(lambda *v: loss(list(v), ys), 0.1, 0.4, x, order=2)

    def test_float32_stays_float32(self, loss, x, y):
        prediction = Tensor(np.full(3, x, dtype=np.float32))
        target = np.full(3, y, dtype=np.float32)
        result = loss(prediction, target)
        result.backward()
        assert result.dtype == prediction.grad.dtype == np.float32

    def test_pictures_can_fold_it(self, loss, x, y):
        assert loss(Value(x), y).origin.scopes()[0].name == loss.__name__


@pytest.mark.parametrize("loss", [huber_loss, smooth_l1_loss, mse_loss])
def test_the_curvature_of_a_perfect_prediction_is_not_lost(loss):
    assert gradcheck(lambda x: loss(x, np.zeros(2)), Tensor([0.0, 0.0]), order=2)


def test_gradients_flow_into_a_target_that_is_a_node():
    prediction, target = Value(3.0), Value(1.0)
    mse_loss(prediction, target).backward()
    assert (prediction.grad, target.grad) == (4.0, -4.0)


class TestLectureFigures:
    def test_mse_and_mae(self):
        assert mse_loss([3, -0.5, 2, 7], [2.5, 0, 2, 8]) == 0.375
        assert l1_loss([3, -0.5, 2, 7], [2.5, 0, 2, 8]) == 0.5

    def test_binary_cross_entropy(self):
        loss = binary_cross_entropy([0.9, 0.2, 0.6], [1, 0, 1])
        assert loss == pytest.approx(0.2797765635793423, rel=1e-15)

    def test_cross_entropy_and_its_gradient_softmax_minus_one_hot(self):
        z = Tensor([2.0, 1.0, 0.1])
        loss = cross_entropy(z, 0)
        loss.backward()
        assert loss.item() == pytest.approx(0.41703001627783354, rel=1e-14)
        np.testing.assert_allclose(z.grad, nn.softmax(z.data) - [1, 0, 0], rtol=1e-14)


#: p, and PyTorch 2.13's gradient of F.binary_cross_entropy for the labels 1 and 0.3.
SLOPES = [
    (0.0, -999999995904.0, -299999998771.0),
    (1e-300, -999999995904.0, -299999998771.0),
    (1e-13, -999999995904.0, -299999998771.0),
    (1e-8, -1e8, -29999999.3),
    (0.5, -2.0, 0.8),
    (1 - 1e-13, -0.1, 699999997132.0),
    (1.0, 0.0, 699999997132.0),
]


class TestBinaryCrossEntropy:
    def test_0_and_1_exactly_are_pytorchs_figures(self):
        # PyTorch 2.13: the logarithms end at -100.
        loss = binary_cross_entropy([0.0, 1.0, 0.0, 1.0], [0, 1, 1, 0], reduction="none")
        assert loss.tolist() == [0.0, 0.0, 100.0, 100.0]

    @pytest.mark.parametrize("dtype", [np.float64, np.float32])
    def test_gradients_near_0_and_1_are_finite(self, dtype):
        tiny = np.array([0.0, 1e-45, 1e-40, 1e-30, 1e-8, 1 - 1e-8, 1.0], dtype=dtype)
        for label in (0.0, 1.0):
            p = Tensor(tiny)
            binary_cross_entropy(p, np.full(7, label, dtype), reduction="sum").backward()
            assert np.isfinite(p.grad).all()

    def test_single_values_at_0_and_1(self):
        for p in (0.0, 1.0):
            node = Value(p)
            loss = binary_cross_entropy(node, 1.0 - p)
            loss.backward()
            assert loss.data == 100.0
            # PyTorch 2.13: the slope is (p − y) / 1e-12, which its float32 rounds.
            assert node.grad == pytest.approx(1e12 * (2 * p - 1), rel=1e-8)

    @pytest.mark.parametrize("traced", [False, True])
    @pytest.mark.parametrize("kind", ["tensor", "values"])
    def test_where_it_is_certain_and_wrong_it_pushes_back_as_pytorch(self, kind, traced):
        for column, label in ((1, 1.0), (2, 0.3)):
            start = np.array([row[0] for row in SLOPES])
            p = Tensor(start) if kind == "tensor" else np.vectorize(Value, otypes=[object])(start)

            def loss_of(p, label=label):
                return binary_cross_entropy(p, np.full(7, label), reduction="sum")

            if traced:
                loss_of = autograd.trace(loss_of)
            loss_of(p).backward()
            grad = p.grad if kind == "tensor" else [v.grad for v in p]
            np.testing.assert_allclose(grad, [row[column] for row in SLOPES], rtol=1e-2)
            np.testing.assert_allclose(grad[:5], [row[column] for row in SLOPES[:5]], rtol=1e-7)

    def test_the_gradient_by_the_label_where_p_is_certain(self):
        y = Tensor([0.25])
        binary_cross_entropy(np.array([0.0]), y).backward()
        np.testing.assert_allclose(y.grad, [100.0])  # ln(1 − p) − ln p, with ln 0 = −100

    @pytest.mark.parametrize("p", [1.5, -0.1, math.nan])
    def test_what_is_no_probability(self, p):
        with pytest.raises(ValueError, match=f"probabilities between 0 and 1, not {p}"):
            binary_cross_entropy(Tensor([0.5, p]), [1, 0])

    @pytest.mark.parametrize(
        "loss", [binary_cross_entropy, binary_cross_entropy_with_logits], ids=["p", "z"]
    )
    @pytest.mark.parametrize("label", [2, -1, math.nan])
    def test_what_is_no_label(self, loss, label):
        with pytest.raises(ValueError, match=f"labels between 0 and 1, not {float(label)}"):
            loss(Tensor([0.5, 0.5]), [1, label])

    def test_with_logits_is_that_of_the_sigmoid(self):
        z, y = np.linspace(-6, 6, 13), np.linspace(0, 1, 13)
        np.testing.assert_allclose(
            binary_cross_entropy_with_logits(z, y), binary_cross_entropy(nn.sigmoid(z), y)
        )


class TestCrossEntropy:
    def test_text(self):
        with pytest.raises(TypeError, match="nll_loss: the log-probabilities must be"):
            nn.nll_loss(["a", "b"], 0)
        with pytest.raises(TypeError, match="cross_entropy: the target must be real numbers"):
            nn.cross_entropy(np.zeros((2, 3)), ["cat", "dog"])

    def test_one_hot_rows_are_class_indices(self):
        for smoothing in (0.0, 0.3):
            indices = cross_entropy(Z, CLASSES, smoothing, reduction="none")
            rows = cross_entropy(Z, np.eye(3)[CLASSES], smoothing, reduction="none")
            np.testing.assert_allclose(rows, indices, rtol=1e-14)

    def test_a_target_that_is_recorded_gives_the_same(self):
        z = Tensor(Z)
        expected = cross_entropy(z, CLASSES, reduction="none").data
        for target in (Tensor(CLASSES), Tensor(np.eye(3)[CLASSES])):
            loss = cross_entropy(z, target, reduction="none")
            np.testing.assert_allclose(loss.data, expected, rtol=1e-14)

    def test_it_is_nll_of_log_softmax(self):
        z = np.array(Z)
        np.testing.assert_allclose(
            cross_entropy(z, CLASSES), nll_loss(nn.log_softmax(z), CLASSES), rtol=1e-14
        )
        np.testing.assert_allclose(nll_loss(z, SOFT), -(z * SOFT).sum() / 4)

    def test_a_shift_changes_nothing(self):
        z = np.array([2.0, 1.0, 0.1])
        assert cross_entropy(z + 1000.0, 0) == pytest.approx(cross_entropy(z, 0), rel=1e-12)

    def test_a_class_that_is_ruled_out(self):
        # -inf as a logit gives probability 0; PyTorch: log(1 + e) - 1.
        with np.errstate(invalid="ignore"):
            loss = cross_entropy(np.array([1.0, 0.0, -math.inf]), 0)
        assert loss == pytest.approx(math.log(1 + math.e) - 1)

    def test_more_axes_before_the_classes(self):
        z = np.arange(24.0).reshape(2, 3, 4) % 5
        y = np.array([[0, 1, 2], [3, 2, 1]])
        expected = [[cross_entropy(z[i, j], y[i, j]) for j in range(3)] for i in range(2)]
        np.testing.assert_allclose(cross_entropy(z, y, reduction="none"), expected)

    def test_derivatives_to_second_order(self):
        for target in (CLASSES[:2], SOFT[:2]):
            f = lambda z, y=target: cross_entropy(z, y, label_smoothing=0.1)
            assert gradcheck(f, Tensor([Z[0], Z[2]]), order=2)
            assert gradcheck(f, np.frompyfunc(Value, 1, 1)(np.array([Z[0], Z[2]])), order=2)

    @pytest.mark.parametrize("loss", [cross_entropy, nll_loss])
    @pytest.mark.parametrize("index", [3, -1, 0.5, math.nan])
    def test_what_is_no_class(self, loss, index):
        with pytest.raises(ValueError, match=f"indices 0 to 2 for 3 classes, not {index}$"):
            loss(Tensor(Z), [0, 1, index, 2])

    @pytest.mark.parametrize("shape", [(4, 1), (3,), (4, 2), (1, 4)])
    def test_shapes_that_do_not_fit(self, shape):
        with pytest.raises(ShapeError, match=r"indices of shape \(4,\) or one-hot"):
            cross_entropy(Tensor(Z), np.zeros(shape))

    def test_a_single_number_has_no_classes(self):
        with pytest.raises(ShapeError, match="one score per class"):
            cross_entropy(1.0, 0)

    @pytest.mark.parametrize("row", [[0.5, 0.6, 0.0], [1.5, -0.5, 0.0], [math.nan, 0.0, 0.0]])
    def test_rows_that_are_no_probabilities(self, row):
        with pytest.raises(ValueError, match="sum to 1"):
            cross_entropy(Tensor(Z[:1]), [row])

    @pytest.mark.parametrize("smoothing", [-0.1, 1.1, math.nan])
    def test_smoothing_outside_0_to_1(self, smoothing):
        with pytest.raises(ValueError, match="label_smoothing"):
            cross_entropy(Z, CLASSES, label_smoothing=smoothing)


@pytest.mark.parametrize(
    ("loss", "argument", "others"),
    [
        (cross_entropy, "label_smoothing", ()),
        (huber_loss, "delta", ()),
        (smooth_l1_loss, "beta", ()),
        (focal_loss, "alpha", ()),
        (focal_loss, "gamma", (0.25,)),
    ],
)
def test_a_reduction_by_position_is_told_its_keyword(loss, argument, others):
    message = f"^{loss.__name__} .* {argument}, not 'none'; .* keyword: reduction='none'$"
    with pytest.raises(TypeError, match=message):
        loss([0.0, 1.0], [0.0, 1.0], *others, "none")


class TestFocal:
    def test_gamma_0_without_alpha_is_cross_entropy(self):
        z, y = np.linspace(-5, 5, 11), np.arange(11) % 2
        np.testing.assert_allclose(
            focal_loss(z, y, alpha=None, gamma=0.0), binary_cross_entropy_with_logits(z, y)
        )

    def test_it_does_not_overflow(self):
        z = Tensor([1000.0, -1000.0, 1000.0, -1000.0])
        loss = focal_loss(z, [1, 1, 0, 0], alpha=None, reduction="none")
        loss.sum().backward()
        assert loss.data.tolist() == [0.0, 1000.0, 1000.0, 0.0]
        np.testing.assert_allclose(z.grad, [0.0, -1.0, 1.0, 0.0])

    @pytest.mark.parametrize("label", [-1, 0.5, 2])
    def test_labels_are_0_and_1(self, label):
        with pytest.raises(ValueError, match=f"labels 0 and 1, not {float(label)}"):
            focal_loss([0.0, 0.0], [1, label])

    def test_parameters_out_of_range(self):
        with pytest.raises(ValueError, match="gamma"):
            focal_loss(0.0, 1.0, gamma=-1.0)
        with pytest.raises(ValueError, match="alpha"):
            focal_loss(0.0, 1.0, alpha=1.5)


@pytest.mark.parametrize("label", [0, 0.5, 2])
def test_hinge_labels_are_minus_1_and_1(label):
    with pytest.raises(ValueError, match=f"labels -1 and 1, not {float(label)}"):
        hinge_loss([0.0, 0.0], [1, label])


@pytest.mark.parametrize("delta", [0.0, -1.0, math.nan])
def test_huber_needs_a_positive_delta(delta):
    with pytest.raises(ValueError, match="delta > 0"):
        huber_loss(0.0, 1.0, delta=delta)


def test_smooth_l1_needs_a_beta_of_at_least_0():
    with pytest.raises(ValueError, match="beta"):
        smooth_l1_loss(0.0, 1.0, beta=-0.5)


class TestTraced:
    @pytest.mark.parametrize(("loss", "x", "y"), LOSSES, ids=lambda v: getattr(v, "__name__", ""))
    def test_a_replay_sees_other_targets(self, loss, x, y):
        step = trace(loss)
        for target in ([y, y, y], [y, y, 1.0]):
            prediction = np.array([x, 0.25, 0.5])
            expected = loss(prediction, np.array(target))
            assert step(prediction, np.array(target)).item() == pytest.approx(expected)

    @pytest.mark.parametrize("loss", [cross_entropy, nll_loss])
    def test_a_replay_sees_other_classes(self, loss):
        step = trace(loss)
        for target in (CLASSES, [2, 2, 0, 0]):
            expected = loss(Z, target)
            assert step(np.array(Z), np.array(target)).item() == pytest.approx(expected)

    def test_a_replay_still_checks(self):
        step = trace(cross_entropy)
        step(np.array(Z), np.array(CLASSES))
        with pytest.raises(ValueError, match="indices 0 to 2 for 3 classes, not 3"):
            step(np.array(Z), np.array([0, 1, 2, 3]))
        step = trace(hinge_loss)
        step(np.zeros(2), np.ones(2))
        with pytest.raises(ValueError, match="labels -1 and 1, not 0"):
            step(np.zeros(2), np.zeros(2))

    def test_a_network_of_values(self):
        model = nn.to_values(nn.MLP(2, [3], 3, rng=0))
        step = trace(lambda x, y: cross_entropy(model(x), y))
        x = np.array([[0.5, -1.0], [1.0, 2.0]])
        for target in ([0, 2], [1, 1]):
            expected = cross_entropy(model(x), target)
            assert step(x, np.array(target)).item() == pytest.approx(expected.item())


class TestCrossEntropyOfLargeLogits:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    @pytest.mark.parametrize("size", [1e7, 1e8, 1e30])
    def test_the_maximum_is_subtracted_first(self, dtype, size):
        z = Tensor(np.array([[size, size, size], [size, -size, 0.0]], dtype))
        loss = cross_entropy(z, [0, 1], reduction="none")
        np.testing.assert_allclose(loss.data, [math.log(3), 2 * size], rtol=1e-6)
        loss.sum().backward()
        third = 1 / 3
        np.testing.assert_allclose(
            z.grad, [[third - 1, third, third], [1.0, -1.0, 0.0]], rtol=1e-6, atol=1e-9
        )
        np.testing.assert_allclose(nn.softmax(z).data.sum(axis=1), 1.0, rtol=1e-6)

    def test_numbers_further_apart_than_any_float(self):
        np.testing.assert_array_equal(nn.softmax([1e308, 1e308, 0.0]), [0.5, 0.5, 0.0])
        np.testing.assert_array_equal(nn.softmax([1e308, -1e308]), [1.0, 0.0])
        z = Tensor([1e308, -1e308])
        nn.softmax(z)[0].backward()
        np.testing.assert_array_equal(z.grad, [0.0, 0.0])
        values = [Value(1e308), Value(1e308), Value(0.0)]
        assert [v.data for v in nn.softmax(values)] == [0.5, 0.5, 0.0]

    def test_a_replay_finds_the_maximum_of_its_own_numbers(self):
        step = autograd.trace(lambda z: cross_entropy(z, np.array([0, 1])))
        for size in (1.0, 1e8, 1e300):
            z = Tensor([[size, 0.0], [0.0, size]])
            loss = step(z)
            loss.backward()
            other = Tensor(z.data)
            cross_entropy(other, np.array([0, 1])).backward()
            assert loss.item() == pytest.approx(math.log1p(math.exp(-size)), abs=1e-15)
            np.testing.assert_allclose(z.grad, other.grad, atol=1e-15)


# PyTorch 2.13, F.cross_entropy of these logits.
LOGITS = np.array([[0.2, -1.0, 0.5], [1.5, 0.3, -0.7], [-0.4, 0.9, 2.0], [0.0, 0.1, -0.2]])
IGNORING = np.array([2, -100, 0, 1])
CASES = [
    ({}, 1.4670190045852765),
    ({"label_smoothing": 0.1}, 1.4503523379186096),
    ({"reduction": "sum"}, 4.401057013755829),
]


class TestIgnoreIndex:
    @pytest.mark.parametrize(("options", "expected"), CASES)
    @pytest.mark.parametrize("traced", [False, True])
    def test_what_is_ignored_counts_nowhere(self, options, expected, traced, five_kinds, plain):
        def loss_of(z, y):
            return cross_entropy(z, y, **options)

        run = autograd.trace(loss_of, shapes=3) if traced else loss_of
        for kind, z in five_kinds(LOGITS).items():
            if traced and kind in ("array", "list"):
                continue
            assert plain(run(z, IGNORING)) == pytest.approx(expected, rel=1e-12), kind
        z = Tensor(LOGITS)
        run(z, IGNORING).backward()
        assert not z.grad[1].any()
        kept = Tensor(LOGITS[[0, 2, 3]])
        loss_of(kept, IGNORING[[0, 2, 3]]).backward()
        np.testing.assert_allclose(z.grad[[0, 2, 3]], kept.grad, rtol=1e-12)

    def test_none_keeps_the_shape_and_another_number_may_be_ignored(self):
        loss = cross_entropy(LOGITS, np.array([2, 1, 0, 1]), reduction="none", ignore_index=1)
        assert (loss == 0).tolist() == [False, True, False, True]
        assert nll_loss(nn.log_softmax(LOGITS), IGNORING) == pytest.approx(
            cross_entropy(LOGITS, IGNORING), rel=1e-12
        )

    def test_a_mean_over_nothing_is_refused(self):
        with pytest.raises(ValueError, match="every target is -100, the ignore_index"):
            cross_entropy(LOGITS, np.full(4, -100))
        assert cross_entropy(LOGITS, np.full(4, -100), reduction="sum") == 0.0
        with pytest.raises(ValueError, match="not -1"):
            cross_entropy(LOGITS, np.array([0, -1, -100, 2]))
