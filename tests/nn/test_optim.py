"""The optimisers against PyTorch's figures, on every kind of parameter."""

import copy
import gc
import itertools
import sys
import tracemalloc

import numpy as np
import pytest

import autograd
import nn.optim
from autograd import StaleDataError, Tensor, Value
from nn import Dense, Sequential
from nn.optim import SGD, Adagrad, Adam, AdamW, RMSprop

# Six steps on Σ(A·w − 1)² + Σ sin w from START. Made with torch 2.13.0 (float64) from
# torch.optim's classes of the same names.
A = np.array([[1.0, 0.3], [0.3, 2.0]])
START = np.array([[1.0, -2.0], [0.5, 3.0]])
TORCH = [
    (
        "SGD",
        {"lr": 0.05},
        [0.8170785167903044, -1.0841133557572973, 0.26542790344899325, 0.9398232714963123],
    ),
    (
        "SGD",
        {"lr": 0.05, "momentum": 0.9},
        [0.5837868532560706, 1.0801215649649094, 0.2309755798671244, -0.38176350670602727],
    ),
    (
        "SGD",
        {"lr": 0.05, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1},
        [0.6089426649897072, -0.06518819666495787, 0.05774680366556362, -0.9654398839600726],
    ),
    (
        "SGD",
        {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        [0.5146336798627238, 1.3016987260264907, 0.3366885896033786, 0.12785658650304582],
    ),
    (
        "Adagrad",
        {},
        [0.9643816590299192, -1.9637627166579568, 0.464734835426404, 2.9637009192870822],
    ),
    (
        "Adagrad",
        {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5},
        [0.7743967498983927, -1.7094381691975478, 0.2996883412973774, 2.6972633852914245],
    ),
    (
        "RMSprop",
        {},
        [0.7278768022222935, -1.651755758858102, 0.29143624409740376, 2.644482567294234],
    ),
    (
        "RMSprop",
        {"lr": 0.02, "alpha": 0.9, "weight_decay": 0.1},
        [0.7927378941055827, -1.764652067318024, 0.319150683702487, 2.7619812973662583],
    ),
    (
        "RMSprop",
        {"lr": 0.02, "alpha": 0.9, "centered": True},
        [0.7704837445651703, -1.7245967611141308, 0.30758166242312074, 2.7204421142393427],
    ),
    (
        "RMSprop",
        {"lr": 0.02, "momentum": 0.9},
        [0.49672029433813947, 0.00040760776566700033, 0.4699419713545687, 0.8005812752019397],
    ),
    (
        "RMSprop",
        {"lr": 0.02, "momentum": 0.9, "centered": True, "weight_decay": 0.1},
        [0.4280715700954343, 0.024851370868748876, 0.4717451022038365, 0.7787003351469629],
    ),
    ("Adam", {}, [0.9940023106886617, -1.994000482345373, 0.49400332108393613, 2.9940002996899406]),
    (
        "Adam",
        {"lr": 0.1, "betas": (0.8, 0.9), "eps": 0.001, "weight_decay": 0.1},
        [0.5242740168828981, -1.4084980956896145, 0.18940414567845368, 2.404118606968429],
    ),
    (
        "Adam",
        {"lr": 0.3, "betas": (0.5, 0.6), "amsgrad": True},
        [0.48676226211487594, -0.5729371920067455, 0.3389512614850096, 1.3724789276557186],
    ),
    (
        "AdamW",
        {},
        [0.9939424789638245, -1.993880638267627, 0.49397349208889074, 2.9938204640604296],
    ),
    (
        "AdamW",
        {"lr": 0.1, "weight_decay": 0.2, "amsgrad": True},
        [0.47405714722843845, -1.2098494523055938, 0.1659936572040521, 2.093595497393434],
    ),
]


def loss_of(w):
    return autograd.sum(autograd.square(autograd.matmul(A, w) - 1.0)) + autograd.sum(
        autograd.sin(w)
    )


def values(start=START):
    return np.vectorize(Value, otypes=[object])(start)


def numbers(w):
    return w.data if isinstance(w, Tensor) else np.vectorize(lambda v: v.data)(w)


def descend(optimizer, w, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(w).backward()
        optimizer.step()


@pytest.mark.parametrize(("name", "options", "expected"), TORCH)
@pytest.mark.parametrize("kind", ["tensor", "array of values", "single values"])
def test_six_steps_end_where_torch_ends(name, options, expected, kind):
    w = Tensor(START) if kind == "tensor" else values()
    params = w.ravel().tolist() if kind == "single values" else [w]
    optimizer = getattr(nn.optim, name)(params, **options)
    descend(optimizer, w, 6)
    np.testing.assert_allclose(numbers(w).ravel(), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("name", "options", "expected"), TORCH)
@pytest.mark.parametrize("kind", ["tensor", "values"])
def test_state_saved_after_three_steps_goes_on_as_if_never_saved(name, options, expected, kind):
    make = getattr(nn.optim, name)
    w = Tensor(START) if kind == "tensor" else values()
    first = make([w], **options)
    descend(first, w, 3)
    state = copy.deepcopy(first.state_dict())
    w = Tensor(numbers(w)) if kind == "tensor" else values(numbers(w))
    second = make([w], **{**options, "lr": 123.0})
    second.load_state_dict(state)
    descend(second, w, 3)
    np.testing.assert_allclose(numbers(w).ravel(), expected, rtol=1e-12, atol=1e-13)


def test_state_dict_is_laid_out_as_torchs():
    w, b = Tensor(START), Tensor([1.0])
    optimizer = Adam([w, b])
    (loss_of(w) + autograd.sum(b)).backward()
    optimizer.step()
    state = optimizer.state_dict()
    assert state["param_groups"][0]["params"] == [0, 1]
    assert state["param_groups"][0]["betas"] == (0.9, 0.999)
    assert set(state["state"]) == {0, 1}
    assert set(state["state"][1]) == {"step", "exp_avg", "exp_avg_sq"}
    np.testing.assert_allclose(state["state"][1]["exp_avg"], [0.1])
    np.testing.assert_allclose(state["state"][1]["exp_avg_sq"], [0.001])


#: One large tensor, two small ones that share an array, and single numbers: the three slots.
PARAMETERS = {
    "large": lambda: [Tensor(np.ones((200, 100)))],
    "small": lambda: [Tensor([1.0, -2.0]), Tensor(0.5)],
    "values": lambda: [Value(1.0), Value(-2.0)],
}


def push(params):
    """Give every parameter a gradient of its own."""
    for i, p in enumerate(params, 1):
        p.grad = i * 0.5 * (np.ones(p.shape) if isinstance(p, Tensor) else 1.0)


@pytest.mark.parametrize("params", PARAMETERS.values(), ids=PARAMETERS)
def test_a_state_that_was_read_or_loaded_is_not_the_optimisers_own(params):
    params = params()
    optimizer = Adam(params, lr=0.1)
    push(params)
    optimizer.step()
    kept = optimizer.state_dict()
    as_it_was = copy.deepcopy(kept)
    optimizer.step()  # must not write into what was read before
    optimizer.load_state_dict(kept)
    optimizer.step()  # nor into what it was given
    for i, state in as_it_was["state"].items():
        for name in state:
            np.testing.assert_array_equal(kept["state"][i][name], state[name])
    kept["state"][0]["exp_avg"] += 99.0  # nor may what was given reach into it
    assert np.max(optimizer.state_dict()["state"][0]["exp_avg"]) < 1.0


def interrupted(step, at):
    """Run `step`, with Ctrl-C at the at-th line of Python that it comes to; return if it came.

    Python swallows an exception that comes up in a finaliser or a weak reference's callback: the
    step then goes on to its end, though Ctrl-C came.  The collector waits, so that no garbage of
    other tests is finalised in here.
    """
    left = at

    def tracer(frame, event, arg):
        nonlocal left
        if event == "line":
            left -= 1
            if left == 0:
                raise KeyboardInterrupt
        return tracer

    before = sys.gettrace()
    gc.disable()
    sys.settrace(tracer)
    try:
        step()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
        gc.enable()
    return left <= 0


def everything(params, optimizer):
    state = optimizer.state_dict()["state"]
    numbers_of = [np.array(p.data) for p in params]
    return [*numbers_of, *(np.array(v) for s in state.values() for v in s.values())]


@pytest.mark.parametrize(
    ("make", "options", "params"),
    [
        (SGD, {"momentum": 0.9, "l1": 0.01}, PARAMETERS["large"]),
        (Adagrad, {}, PARAMETERS["values"]),
        (RMSprop, {"momentum": 0.9, "centered": True}, PARAMETERS["large"]),
        (AdamW, {"amsgrad": True, "l1": 0.01}, PARAMETERS["small"]),
    ],
)
def test_ctrl_c_anywhere_in_a_step_leaves_all_or_nothing(make, options, params):
    def start():
        nodes = params()
        # Two groups, and a parameter that nothing reached, so that slots are divided too.
        lonely = Value(1.0)
        groups = [{"params": nodes}, {"params": [Value(3.0), lonely], "lr": 0.5}]
        optimizer = make(groups, lr=0.1, **options)
        nodes = [p for g in optimizer.param_groups for p in g["params"]]
        push(nodes)
        lonely.zero_grad()
        return nodes, optimizer

    nodes, optimizer = start()
    untouched = everything(nodes, optimizer)
    optimizer.step()
    moved = everything(nodes, optimizer)

    def same(a, b):
        return len(a) == len(b) and all(map(np.array_equal, a, b))

    ends = set()
    for at in itertools.count(1):
        nodes, optimizer = start()
        if not interrupted(optimizer.step, at):
            break
        found = everything(nodes, optimizer)
        assert same(found, untouched) or same(found, moved)
        ends.add(same(found, moved))
    assert ends == {True, False}


@pytest.mark.parametrize("amsgrad", [False, True])
def test_adam_when_its_betas_move(amsgrad):
    w = Tensor([1.0, -2.0])
    optimizer = Adam([w], lr=0.1, betas=[0.9, 0.99], amsgrad=amsgrad)
    expected, m, v, largest = w.data.copy(), 0.0, 0.0, 0.0
    path = [((0.9, 0.99), 3.0), ((0.5, 0.99), -1.0), ((0.0, 0.6), 0.1), ((0.8, 0.9), 0.2)]
    for t, (betas, slope) in enumerate(path, 1):
        optimizer.param_groups[0]["betas"] = betas
        optimizer.zero_grad()
        autograd.sum(w * w * slope).backward()
        optimizer.step()
        g = 2 * slope * expected
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        largest = np.maximum(largest, v)
        size = np.sqrt((largest if amsgrad else v) / (1 - betas[1] ** t)) + 1e-8
        expected = expected - 0.1 * m / (1 - betas[0] ** t) / size
        np.testing.assert_allclose(w.data, expected, rtol=1e-12)


@pytest.mark.parametrize("optimizer", [SGD, Adagrad, RMSprop, Adam, AdamW])
def test_float32_stays_float32_and_the_array_is_updated_where_it_lies(optimizer):
    w = Tensor(START.astype(np.float32))
    array = w.data
    stepper = optimizer([w], lr=0.1, weight_decay=0.1, l1=0.01)
    descend(stepper, w, 2)
    assert w.data is array
    assert w.dtype == np.float32
    arrays = [v for s in stepper.state_dict()["state"].values() for v in s.values()]
    assert all(a.dtype == np.float32 for a in arrays if isinstance(a, np.ndarray))


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_small_tensors_share_one_array_and_move_as_each_would_alone(optimizer):
    def run(*groups):
        tensors = [Tensor(0.5), Tensor([1.0, -2.0]), Tensor(np.ones((2, 3)))]
        steppers = [optimizer([tensors[i] for i in group], lr=0.1) for group in groups]
        kept = []
        for i in range(4):
            for stepper in steppers:
                stepper.zero_grad()
            loss = sum((t * t).sum() for t in tensors)
            loss.backward()
            for stepper in steppers:
                stepper.step()
            kept = kept or [t.data for t in tensors]
            if i == 1:
                tensors[1].data = np.array([3.0, 3.0])  # another array, taken up like the first
        return tensors, kept

    together, kept = run([0, 1, 2])
    alone, _ = run([0], [1], [2])
    for a, b in zip(together, alone, strict=True):
        np.testing.assert_array_equal(a.data, b.data)
    assert all(np.shares_memory(together[i].data, kept[i]) for i in range(3))
    assert together[0].raw.base is together[2].raw.base


def test_two_optimisers_of_the_same_small_tensors_see_each_others_steps():
    tensors = [Tensor([1.0, 2.0]), Tensor(3.0)]
    first, second = SGD(tensors, lr=0.1), SGD(tensors, lr=1.0)
    (tensors[0].sum() + tensors[1]).backward()
    first.step()
    second.step()
    first.step()
    np.testing.assert_allclose(tensors[0].data, [-0.2, 0.8])
    np.testing.assert_allclose(tensors[1].data, 1.8)


def test_making_an_optimiser_leaves_a_graph_that_is_there_valid():
    a, b = Tensor([1.0, 2.0]), Tensor(3.0)
    loss = (a * b).sum()
    SGD([a, b], lr=0.1)
    loss.backward()
    np.testing.assert_array_equal(a.grad, [3.0, 3.0])


def test_a_copy_of_an_optimiser_moves_its_own_copies():
    a, b = Tensor([1.0, 2.0]), Tensor(3.0)
    optimizer = Adam([a, b], lr=0.1)
    for _ in range(2):  # so that there is a state, and one array for both
        (a.sum() * b).backward()
        optimizer.step()
        optimizer.zero_grad()
    (a2, b2), copied = copy.deepcopy(((a, b), optimizer))
    (a.sum() * b).backward()
    optimizer.step()
    (a2.sum() * b2).backward()
    copied.step()
    np.testing.assert_array_equal(a2.data, a.data)
    np.testing.assert_array_equal(b2.data, b.data)
    assert not np.shares_memory(a2.data, a.data)


FULL = [
    (SGD, {"momentum": 0.9, "weight_decay": 0.1, "nesterov": True}),
    (Adagrad, {"weight_decay": 0.1}),
    (RMSprop, {"momentum": 0.9, "centered": True, "weight_decay": 0.1}),
    (Adam, {"amsgrad": True, "weight_decay": 0.1}),
    (AdamW, {"amsgrad": True}),
]


@pytest.mark.parametrize(("make", "options"), FULL)
def test_after_the_first_a_step_makes_no_new_arrays(make, options):
    w = Tensor(np.ones((400, 100)))
    w.grad = np.ones((400, 100))
    optimizer = make([w], lr=0.01, l1=0.1, **options)
    optimizer.step()
    tracemalloc.start()
    try:
        optimizer.step()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < w.data.nbytes / 10


def test_a_step_between_forward_and_backward_is_noticed():
    w = Tensor(START)
    optimizer = SGD([w], lr=0.1)
    loss_of(w).backward()
    later = loss_of(w)
    optimizer.step()
    with pytest.raises(StaleDataError):
        later.backward()


@pytest.mark.parametrize("kind", [Tensor, Value])
def test_a_parameter_without_gradient_keeps_its_number_and_its_step_count(kind):
    # torch 2.13.0: a moved at every step, b only at the third, where Adam's first step is lr long.
    a, b = kind(1.0), kind(1.0)
    optimizer = Adam([a, b], lr=0.1)
    for step in range(3):
        optimizer.zero_grad()
        (3.0 * a if step < 2 else 3.0 * a + 5.0 * b).backward()
        optimizer.step()
        if step < 2:
            assert b.item() == 1.0
    assert a.item() == pytest.approx(0.7000000010, abs=1e-9)
    assert b.item() == pytest.approx(0.9000000002, abs=1e-9)
    state = optimizer.state_dict()["state"]
    assert (state[0]["step"], state[1]["step"]) == (3, 1)


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_an_array_of_values_that_is_reached_in_part_moves_like_a_tensor(optimizer):
    ends = []
    for w in (Tensor(START), values()):
        stepper = optimizer([w], lr=0.1, weight_decay=0.1)
        for _ in range(2):
            stepper.zero_grad()
            (3.0 * w[0, 1]).backward()
            stepper.step()
        ends.append(numbers(w))
    np.testing.assert_allclose(*ends, rtol=1e-12)
    assert ends[0][1, 1] != START[1, 1]  # by the weight decay alone


def test_a_nan_among_values_is_not_taken_for_a_missing_gradient():
    a, b, c = Value(1.0), Value(1.0), Value(1.0)
    a.grad, b.grad = np.nan, 1.0
    SGD([a, b, c], lr=0.1).step()
    assert np.isnan(a.data)
    assert (b.data, c.data) == (0.9, 1.0)


def test_groups_have_their_own_hyperparameters():
    a, b = Value(1.0), Value(1.0)
    optimizer = SGD([{"params": [a], "lr": 0.5}, {"params": [b]}], lr=0.1)
    (a + b).backward()
    optimizer.step()
    assert (a.data, b.data) == (0.5, 0.9)
    assert optimizer.lr == 0.5
    optimizer.lr = 0.2
    assert [group["lr"] for group in optimizer.param_groups] == [0.2, 0.2]


@pytest.mark.parametrize("optimizer", [SGD, Adagrad, RMSprop, Adam, AdamW])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bad_gradient_shows_in_the_parameter_and_nowhere_else(optimizer, bad):
    w = Tensor([1.0, 1.0])
    stepper = optimizer([w], lr=0.1, weight_decay=0.1, l1=0.01)
    w.grad = np.array([bad, 1.0])
    stepper.step()
    assert not np.isfinite(w.data[0])
    assert np.isfinite(w.data[1])


def test_a_centered_variance_that_rounds_below_zero_is_zero():
    # A steady gradient has variance 0; as E[g²] − E[g]² it comes out as −1e-17 now and then.
    w = Tensor(np.zeros(200))
    optimizer = RMSprop([w], lr=1e-6, alpha=0.5, centered=True)
    for _ in range(100):
        w.grad = np.linspace(0.1, 3.0, 200)
        optimizer.step()
    state = optimizer.state_dict()["state"][0]
    assert (state["square_avg"] < state["grad_avg"] ** 2).any()
    assert np.isfinite(w.data).all()


def test_gradients_that_are_nodes_are_taken_as_numbers():
    w = Tensor(START)
    loss_of(w).backward(create_graph=True)
    SGD([w], lr=0.1).step()
    plain = Tensor(START)
    loss_of(plain).backward()
    SGD([plain], lr=0.1).step()
    np.testing.assert_allclose(w.data, plain.data, rtol=1e-12)


PROXIMAL = [
    (SGD, {"lr": 0.5}),
    (SGD, {"lr": 0.1, "momentum": 0.8}),
    (SGD, {"lr": 0.1, "momentum": 0.8, "nesterov": True}),
    (SGD, {"lr": 0.1, "momentum": 0.8, "dampening": 0.5}),
    (Adagrad, {"lr": 0.5}),
    (RMSprop, {"lr": 0.02}),
    (RMSprop, {"lr": 0.02, "momentum": 0.5}),
    (Adam, {"lr": 0.05}),
    (Adam, {"lr": 0.05, "amsgrad": True}),
    (AdamW, {"lr": 0.05, "weight_decay": 0.0}),
]


@pytest.mark.parametrize("kind", [Tensor, Value])
@pytest.mark.parametrize(("make", "options"), PROXIMAL)
@pytest.mark.parametrize(("a", "expected"), [(3, 2), (0.7, 0), (-3, -2), (-0.9, 0), (0, 0)])
def test_every_optimiser_finds_the_lasso_of_one_weight(kind, make, options, a, expected):
    # min ½(w − a)² + λ|w| is at sign(a)·max(|a| − λ, 0), here with λ = 1.
    w = kind(0.3)
    optimizer = make([w], l1=1.0, **options)
    for _ in range(600):
        optimizer.zero_grad()
        (0.5 * (w - a) * (w - a)).backward()
        optimizer.step()
    if expected == 0:
        assert w.item() == 0.0
    assert w.item() == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("make", [Adagrad, RMSprop, Adam, AdamW])
def test_a_weight_that_has_seen_no_gradient_shrinks_slowly(make):
    w = Tensor([1.0, 1.0])
    w.grad = np.array([0.0, 1e-9])
    make([w], lr=0.01, l1=1.0).step()
    assert (np.abs(w.data - 1.0) < 0.05).all()


def test_l1_gives_exact_zeros_on_diabetes_and_the_subgradient_does_not():
    from sklearn.datasets import load_diabetes

    X, y = load_diabetes(return_X_y=True)
    noise = np.random.default_rng(0).normal(size=(len(X), 40))
    X = np.hstack([X / X.std(axis=0), noise])
    y = (y - y.mean()) / y.std()
    strength = 0.1

    def fitted(l1, penalty):
        w = Tensor(np.zeros(50))
        optimizer = SGD([w], lr=0.05, l1=l1)
        for _ in range(800):
            optimizer.zero_grad()
            loss = 0.5 * autograd.mean(autograd.square(X @ w - y))
            (loss + penalty * autograd.sum(autograd.abs(w))).backward()
            optimizer.step()
        return w.data

    proximal, subgradient = fitted(strength, 0.0), fitted(0.0, strength)
    assert np.sum(proximal[10:] == 0.0) >= 36
    assert np.sum(proximal[:10] != 0.0) >= 4
    assert not np.signbit(proximal[proximal == 0.0]).any()
    # 0 is where it started; no weight that moved is ever exactly there again.
    assert np.sum(subgradient == 0.0) == 0
    # The oracle: scikit-learn's coordinate descent on the same objective.
    from sklearn.linear_model import Lasso

    oracle = Lasso(alpha=strength, fit_intercept=False, tol=1e-10, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(proximal, oracle.coef_, atol=1e-6)


def test_mistakes_are_named():
    w = Value(1.0, label="w")
    spent = iter([w])
    list(spent)
    for empty in ([], (), spent, [{"params": []}], [{"params": [w]}, {"params": iter(())}]):
        with pytest.raises(ValueError, match="no parameters"):
            SGD(empty)
    with pytest.raises(ValueError, match=r"SGD.*'w'.* twice"):
        SGD([Value(1.0, label="v"), w, w])
    with pytest.raises(ValueError, match=r"SGD.*'w'.* twice"):
        SGD([w, np.array([w, Value(2.0)])])
    with pytest.raises(ValueError, match="not a leaf"):
        SGD([w * 2])
    with pytest.raises(TypeError, match=r"\[parameter\]"):
        SGD(Tensor([1.0]))
    with pytest.raises(TypeError, match=r"module.parameters\(\)"):
        SGD(3.0)
    model = Dense(2, 1, rng=0)
    for given in (model, Sequential(model), model.named_parameters(), [model]):
        with pytest.raises(TypeError, match=r"module.parameters\(\)"):
            SGD(given)
    with pytest.raises(TypeError, match="array of float64"):
        SGD([np.ones(3)])
    with pytest.raises(ValueError, match="lr must be at least 0, not -1"):
        SGD([w], lr=-1.0)
    with pytest.raises(ValueError, match="betas"):
        Adam([w], betas=(0.9, 1.0))
    with pytest.raises(ValueError, match="nesterov"):
        SGD([w], nesterov=True)
    with pytest.raises(ValueError, match="dampening=0"):
        SGD([w], momentum=0.9, nesterov=True, dampening=0.1)
    with pytest.raises(ValueError, match="dampening=0"):
        SGD([{"params": [w], "dampening": 0.1}], momentum=0.9, nesterov=True)
    with pytest.raises(TypeError, match=r"lr must be a number, not '0\.1'"):
        SGD([w], lr="0.1")
    with pytest.raises(TypeError, match="not a dict"):
        SGD({"w": w})
    with pytest.raises(ValueError, match="no 'params'"):
        SGD([{"weights": [w]}])
    with pytest.raises(ValueError, match=r"no hyperparameter \['momentun'\]"):
        SGD([{"params": [w], "momentun": 0.9}])


def test_a_state_that_does_not_fit_changes_nothing():
    w = Tensor(START)
    optimizer = Adam([w], lr=0.1)
    descend(optimizer, w, 1)
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match="another optimiser"):
        optimizer.load_state_dict(SGD([Tensor(START)]).state_dict())
    with pytest.raises(ValueError, match="groups"):
        optimizer.load_state_dict(Adam([Tensor(1.0), Tensor(2.0)]).state_dict())
    other = Adam([v := Tensor([1.0])])
    (v * 2.0).sum().backward()
    other.step()
    with pytest.raises(ValueError, match="shape"):
        optimizer.load_state_dict(other.state_dict())
    after = optimizer.state_dict()
    assert after["param_groups"] == before["param_groups"]
    np.testing.assert_array_equal(after["state"][0]["exp_avg"], before["state"][0]["exp_avg"])


def test_parameters_may_come_from_a_generator_and_repr_shows_what_is_set():
    w = Value(1.0)
    assert repr(SGD((v for v in [w]), lr=0.5, momentum=0.9)) == "SGD(lr=0.5, momentum=0.9)"
