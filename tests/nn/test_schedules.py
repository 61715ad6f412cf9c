"""The schedules against PyTorch's figures."""

import math

import pytest

import nn.schedules
from autograd import Value
from nn.optim import SGD, Adagrad, Adam
from nn.plateau import ReduceLROnPlateau
from nn.schedules import LambdaLR, OneCycleLR, StepLR

# The learning rate in each of 12 steps from lr=0.5. Made with torch 2.13.0 from
# torch.optim.lr_scheduler's classes of the same names.
TORCH = [
    (
        "StepLR",
        {"step_size": 3, "gamma": 0.5},
        [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.0625, 0.0625, 0.0625],
    ),
    (
        "MultiStepLR",
        {"milestones": [2, 5, 5], "gamma": 0.1},
        [
            0.5,
            0.5,
            0.05,
            0.05,
            0.05,
            0.0005000000000000001,
            0.0005000000000000001,
            0.0005000000000000001,
            0.0005000000000000001,
            0.0005000000000000001,
            0.0005000000000000001,
            0.0005000000000000001,
        ],
    ),
    (
        "ExponentialLR",
        {"gamma": 0.9},
        [
            0.5,
            0.45,
            0.405,
            0.36450000000000005,
            0.32805000000000006,
            0.2952450000000001,
            0.2657205000000001,
            0.23914845000000007,
            0.21523360500000008,
            0.19371024450000007,
            0.17433922005000008,
            0.15690529804500009,
        ],
    ),
    (
        "CosineAnnealingLR",
        {"T_max": 5, "eta_min": 0.01},
        [
            0.5,
            0.45320916362186214,
            0.33070916362186215,
            0.1792908363781379,
            0.0567908363781379,
            0.01,
            0.05679083637813787,
            0.17929083637813795,
            0.33070916362186226,
            0.45320916362186237,
            0.5000000000000002,
            0.4532091636218625,
        ],
    ),
    (
        "LinearLR",
        {},
        [
            0.16666666666666666,
            0.23333333333333334,
            0.30000000000000004,
            0.36666666666666675,
            0.43333333333333346,
            0.5000000000000001,
            0.5000000000000001,
            0.5000000000000001,
            0.5000000000000001,
            0.5000000000000001,
            0.5000000000000001,
            0.5000000000000001,
        ],
    ),
    (
        "LinearLR",
        {"start_factor": 0.1, "end_factor": 0.7, "total_iters": 8},
        [
            0.05,
            0.08750000000000001,
            0.12500000000000003,
            0.16250000000000003,
            0.20000000000000004,
            0.23750000000000004,
            0.2750000000000001,
            0.3125000000000001,
            0.35000000000000014,
            0.35000000000000014,
            0.35000000000000014,
            0.35000000000000014,
        ],
    ),
    (
        "PolynomialLR",
        {"total_iters": 8, "power": 2.0},
        [
            0.5,
            0.3828125,
            0.28125,
            0.19531250000000003,
            0.12500000000000006,
            0.07031250000000003,
            0.031250000000000014,
            0.007812500000000003,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
    ),
    (
        "PolynomialLR",
        {},
        [0.5, 0.4, 0.3, 0.2, 0.09999999999999998, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    ),
    (
        "OneCycleLR",
        {"max_lr": 1.0, "total_steps": 12},
        [
            0.040000000000000036,
            0.3497896542195831,
            0.8792851591221287,
            0.9944154354509117,
            0.9330129698414117,
            0.811745653949763,
            0.6473789976951033,
            0.46263710266697505,
            0.28306099820869923,
            0.1334775301888306,
            0.03456698742539522,
            4e-06,
        ],
    ),
    (
        "OneCycleLR",
        {
            "max_lr": 1.0,
            "epochs": 4,
            "steps_per_epoch": 3,
            "anneal_strategy": "linear",
            "pct_start": 0.5,
            "div_factor": 10.0,
            "final_div_factor": 100.0,
        },
        [
            0.1,
            0.28,
            0.4600000000000001,
            0.64,
            0.8200000000000001,
            1.0,
            0.8335,
            0.667,
            0.5005,
            0.3340000000000001,
            0.16749999999999998,
            0.0010000000000000009,
        ],
    ),
    (
        "OneCycleLR",
        {"max_lr": 1.0, "total_steps": 12, "three_phase": True, "pct_start": 0.4},
        [
            0.040000000000000036,
            0.19490484561964427,
            0.5596380858267194,
            0.8987874445102688,
            0.9934534256333069,
            0.7825351158987652,
            0.4021669661724169,
            0.09785259942088556,
            0.038649579643628314,
            0.025474712475461535,
            0.00795051254168764,
            4e-06,
        ],
    ),
]
# The momentum in the three cases of OneCycleLR, from the same source.
MOMENTUM = [
    [
        0.95,
        0.9177302443521267,
        0.8625744625914449,
        0.8505584586887436,
        0.856698729810778,
        0.8688255099070633,
        0.8852622412794547,
        0.9037365046793212,
        0.9216941869558779,
        0.9366525935914912,
        0.9465436874322102,
        0.95,
    ],
    [
        0.95,
        0.9299999999999999,
        0.9099999999999999,
        0.89,
        0.87,
        0.85,
        0.8666666666666667,
        0.8833333333333333,
        0.8999999999999999,
        0.9166666666666666,
        0.9333333333333333,
        0.95,
    ],
    [
        0.95,
        0.9338640785812871,
        0.8958710327263834,
        0.8605429745301802,
        0.8506819348298639,
        0.8726525920938786,
        0.9122742743570399,
        0.9439736875603244,
        0.95,
        0.95,
        0.95,
        0.95,
    ],
]
# ReduceLROnPlateau's learning rate after each of these losses, from the same source.
LOSSES = [5, 4, 4, 4, 4, 3.9999, 3.9, 3.9, 3.9, 3.9, 3.9, 3.9, 1, 1]
PLATEAU = [
    (
        {"patience": 1},
        [
            0.5,
            0.5,
            0.5,
            0.05,
            0.05,
            0.005000000000000001,
            0.005000000000000001,
            0.005000000000000001,
            0.0005000000000000001,
            0.0005000000000000001,
            5.0000000000000016e-05,
            5.0000000000000016e-05,
            5.0000000000000016e-05,
            5.0000000000000016e-05,
        ],
    ),
    (
        {"patience": 1, "cooldown": 2, "factor": 0.5},
        [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125],
    ),
    (
        {"mode": "max", "patience": 2, "min_lr": 0.2, "factor": 0.5},
        [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2],
    ),
    (
        {"patience": 0, "threshold": 0.5, "threshold_mode": "abs", "factor": 0.5},
        [
            0.5,
            0.5,
            0.25,
            0.125,
            0.0625,
            0.03125,
            0.015625,
            0.0078125,
            0.00390625,
            0.001953125,
            0.0009765625,
            0.00048828125,
            0.00048828125,
            0.000244140625,
        ],
    ),
]


def sgd(lr=0.5, **options):
    return SGD([Value(0.0)], lr=lr, **options)


@pytest.mark.parametrize(("name", "options", "expected"), TORCH)
def test_twelve_rates_are_torchs(name, options, expected):
    optimizer = sgd(momentum=0.9)
    schedule = getattr(nn.schedules, name)(optimizer, **options)
    rates = [optimizer.lr]
    for _ in range(11):
        optimizer.step()
        schedule.step()
        rates.append(optimizer.lr)
    assert rates == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert schedule.get_last_lr() == [optimizer.lr]
    assert [schedule.rates(t)[0] for t in range(12)] == rates


@pytest.mark.parametrize("adam", [True, False])
def test_one_cycle_moves_the_momentum_against_the_rate(adam):
    cases = [options for name, options, _ in TORCH if name == "OneCycleLR"]
    for options, expected in zip(cases, MOMENTUM, strict=True):
        optimizer = Adam([Value(0.0)]) if adam else sgd(momentum=0.5)
        schedule = OneCycleLR(optimizer, **options)
        group, momenta = optimizer.param_groups[0], []
        for step in range(12):
            momenta.append(group["betas"][0] if adam else group["momentum"])
            if step < 11:
                schedule.step()
        assert momenta == pytest.approx(expected, rel=1e-12)
        if adam:
            assert group["betas"][1] == 0.999


@pytest.mark.parametrize("strategy", ["cos", "linear"])
def test_one_cycle_stays_at_its_end_when_it_steps_after_the_last_batch(strategy):
    # As `fit` does. From max_lr / div_factor it ends at that / final_div_factor: 0.5 / 25 / 1e4.
    optimizer = sgd(momentum=0.5)
    schedule = OneCycleLR(optimizer, max_lr=0.5, total_steps=10, anneal_strategy=strategy)
    for _ in range(10):
        schedule.step()
    assert optimizer.lr == pytest.approx(2e-6, rel=1e-9)
    assert optimizer.param_groups[0]["momentum"] == pytest.approx(0.95, rel=1e-12)


def test_one_cycle_takes_a_peak_for_each_group():
    optimizer = SGD([{"params": [Value(0.0)]}, {"params": [Value(0.0)]}], lr=0.1, momentum=0.9)
    schedule = OneCycleLR(optimizer, max_lr=[1.0, 2.0], total_steps=10)
    assert schedule.get_last_lr() == pytest.approx([0.04, 0.08])
    for peaks in ([1.0], [1.0, 2.0, 3.0]):
        with pytest.raises(
            ValueError, match=f"OneCycleLR.*max_lr.*each group: 2, not {len(peaks)}"
        ):
            OneCycleLR(optimizer, max_lr=peaks, total_steps=10)


@pytest.mark.parametrize(("options", "expected"), PLATEAU)
def test_plateau_reduces_when_torch_does(options, expected):
    optimizer = sgd()
    schedule = ReduceLROnPlateau(optimizer, **options)
    rates = []
    for loss in LOSSES:
        schedule.step(loss)
        rates.append(optimizer.lr)
    assert rates == pytest.approx(expected, rel=1e-12)


def test_nan_is_never_an_improvement():
    optimizer = sgd()
    schedule = ReduceLROnPlateau(optimizer, patience=0)
    schedule.step(math.nan)
    assert optimizer.lr == pytest.approx(0.05)
    assert schedule.best == math.inf


def test_lambda_takes_a_function_for_each_group():
    a, b = Value(0.0), Value(0.0)
    optimizer = SGD([{"params": [a]}, {"params": [b], "lr": 1.0}], lr=0.5)
    schedule = LambdaLR(optimizer, [lambda t: 0.5**t, lambda t: 1.0 + t])
    schedule.step()
    schedule.step()
    assert schedule.get_last_lr() == [0.125, 3.0]
    with pytest.raises(ValueError, match="one function for each group"):
        LambdaLR(optimizer, [lambda t: 1.0])


@pytest.mark.parametrize(("name", "options", "expected"), TORCH)
def test_a_saved_schedule_goes_on(name, options, expected):
    make = getattr(nn.schedules, name)
    first = make(sgd(momentum=0.9), **options)
    for _ in range(4):
        first.step()
    optimizer = sgd(lr=9.0, momentum=0.9)
    second = make(optimizer, **options)
    second.load_state_dict(first.state_dict())
    assert optimizer.lr == pytest.approx(expected[4], rel=1e-12)
    second.step()
    assert optimizer.lr == pytest.approx(expected[5], rel=1e-12)


def test_a_saved_plateau_goes_on():
    first = ReduceLROnPlateau(sgd(), patience=2)
    for loss in [3.0, 3.0, 3.0]:
        first.step(loss)
    optimizer = sgd()
    second = ReduceLROnPlateau(optimizer, patience=2)
    second.load_state_dict(first.state_dict())
    second.step(3.0)
    assert optimizer.lr == pytest.approx(0.05)


def test_mistakes_are_named():
    schedule = OneCycleLR(sgd(momentum=0.9), max_lr=1.0, total_steps=2)
    schedule.step()
    schedule.step()
    with pytest.raises(ValueError, match="step 3 of a cycle of 2"):
        schedule.step()
    with pytest.raises(ValueError, match="total_steps, or both"):
        OneCycleLR(sgd(), max_lr=1.0)
    with pytest.raises(ValueError, match="anneal_strategy"):
        OneCycleLR(sgd(), max_lr=1.0, total_steps=2, anneal_strategy="sine")
    with pytest.raises(ValueError, match="Adagrad has no momentum"):
        OneCycleLR(Adagrad([Value(0.0)]), max_lr=1.0, total_steps=2)
    with pytest.raises(ValueError, match="step_size must be positive"):
        StepLR(sgd(), step_size=0)
    for made in (
        lambda optimizer: StepLR(optimizer, 2),
        lambda optimizer: LambdaLR(optimizer, float),
        lambda optimizer: OneCycleLR(optimizer, max_lr=1.0, total_steps=2),
        ReduceLROnPlateau,
    ):
        with pytest.raises(TypeError, match="lr of an optimiser, not of 'sgd'"):
            made("sgd")
    with pytest.raises(ValueError, match="mode must be"):
        ReduceLROnPlateau(sgd(), mode="lowest")
    with pytest.raises(ValueError, match="factor must be below 1"):
        ReduceLROnPlateau(sgd(), factor=1.0)
