"""`fit`: the same steps as the bare loop, and everything around them."""

import math
import re
import sys

import numpy as np
import pytest

import autograd
import nn
from autograd import ShapeError, Tensor, Value
from nn import (
    MLP,
    SGD,
    Adam,
    BatchNorm1d,
    Callback,
    CosineAnnealingLR,
    DataLoader,
    Dense,
    EarlyStopping,
    Module,
    NonFiniteLossError,
    OneCycleLR,
    ReduceLROnPlateau,
    Sequential,
    StepLR,
    accuracy,
    clip_grad_norm_,
    cross_entropy,
    evaluate,
    fit,
    l2_penalty,
    make_moons,
    mse_loss,
    to_values,
)

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
y = X @ np.array([[1.0], [-2.0], [0.5]]) + 0.3


def loader(**options):
    return DataLoader(X, y, batch_size=16, shuffle=True, seed=1, **options)


def model_and_optimizer(lr=0.05, **options):
    model = MLP(3, [4], 1, activation="tanh", rng=0)
    return model, SGD(model.parameters(), lr=lr, **options)


def quiet(*args, **options):
    return fit(*args, progress=False, **options)


def test_fit_takes_the_very_steps_of_the_bare_loop():
    model, optimizer = model_and_optimizer(momentum=0.9)
    history = quiet(model, mse_loss, loader(), optimizer, epochs=3, clip_norm=0.5)

    bare, optimizer = model_and_optimizer(momentum=0.9)
    losses = []
    data = loader()
    for _ in range(3):
        total = 0.0
        for x_batch, y_batch in data:
            loss = mse_loss(bare(x_batch), y_batch)
            optimizer.zero_grad()
            loss.backward()
            clip_grad_norm_(bare.parameters(), 0.5)
            optimizer.step()
            total += loss.item() * len(x_batch)
        losses.append(total / 40)
    assert history["loss"] == losses
    for ours, theirs in zip(model.parameters(), bare.parameters(), strict=True):
        np.testing.assert_array_equal(ours.data, theirs.data)


def test_both_magnifications_train_alike():
    model, optimizer = model_and_optimizer()
    tensors = quiet(model, mse_loss, loader(), optimizer, epochs=2)
    model = to_values(model_and_optimizer()[0])
    values = quiet(model, mse_loss, loader(), SGD(model.parameters(), lr=0.05), epochs=2)
    assert values["loss"] == pytest.approx(tensors["loss"], rel=1e-10)


def test_arrays_are_one_batch_and_a_list_is_batches():
    a, optimizer = model_and_optimizer()
    quiet(a, mse_loss, (X, y), optimizer, epochs=2)
    b, optimizer = model_and_optimizer()
    quiet(b, mse_loss, [(X, y)], optimizer, epochs=2)
    np.testing.assert_array_equal(a.parameters()[0].data, b.parameters()[0].data)


def test_a_model_may_be_a_function_of_several_inputs():
    w = Tensor([0.0, 0.0], label="w")

    def line(x1, x2):
        return x1 * w[0] + x2 * w[1]

    x1, x2 = rng.normal(size=(2, 30))
    history = quiet(line, mse_loss, (x1, x2, 2 * x1 - x2), SGD([w], lr=0.1), epochs=100)
    np.testing.assert_allclose(w.data, [2.0, -1.0], atol=1e-3)
    assert history["loss"][-1] < 1e-6


def test_the_mean_loss_counts_samples_not_batches():
    # Batches of 3 and 1 with losses 1 and 9: (3·1 + 1·9) / 4.
    w = Tensor(0.0)
    data = DataLoader(np.ones(4), np.array([1.0, -1.0, 1.0, 3.0]), batch_size=3)
    history = quiet(lambda x: x * w, mse_loss, data, SGD([w], lr=0.0))
    assert history["loss"][0] == 3.0
    assert evaluate(lambda x: x * w, mse_loss, data) == {"loss": 3.0}


def test_validation_metrics_and_rates_are_recorded():
    model, optimizer = model_and_optimizer()
    held_out = (X[:7] + 0.1, y[:7])

    def worst(targets, outputs):
        assert isinstance(outputs, np.ndarray)
        return np.abs(targets - outputs).max()

    history = quiet(
        model,
        mse_loss,
        loader(),
        optimizer,
        epochs=4,
        validation=held_out,
        metrics={"worst": worst},
        schedule=CosineAnnealingLR(optimizer, T_max=4),
    )
    assert list(history) == ["loss", "lr", "val_loss", "val_worst"]
    output = model(held_out[0]).data
    assert history["val_loss"][-1] == pytest.approx(np.mean((output - held_out[1]) ** 2))
    assert history["val_worst"][-1] == pytest.approx(np.abs(output - held_out[1]).max())
    half = 0.05 * (1 + math.cos(math.pi / 4)) / 2
    assert history["lr"][:2] == pytest.approx([0.05, half])
    metrics = {"worst": worst}
    history = quiet(model, mse_loss, loader(), optimizer, epochs=1, metrics=metrics)
    assert history["worst"][0] == pytest.approx(np.abs(model(X).data - y).max())


def test_metrics_on_the_training_data_do_not_change_the_training():
    def trained(**options):
        model, optimizer = model_and_optimizer()
        return quiet(model, mse_loss, loader(drop_last=True), optimizer, epochs=3, **options)

    rows = []
    watched = trained(metrics={"rows": lambda targets, _: rows.append(targets) or len(targets)})
    assert watched["loss"] == trained()["loss"]
    # All 40 rows in their order, though an epoch learns from 2 batches of 16.
    assert watched["rows"] == [40, 40, 40]
    np.testing.assert_array_equal(rows[0], y)


def test_metrics_see_what_the_transform_makes():
    model, optimizer = model_and_optimizer()
    data = DataLoader(X[:, :2], y, transform=lambda a, b: (np.pad(a, ((0, 0), (0, 1))), b))
    history = quiet(model, mse_loss, data, optimizer, epochs=1, metrics={"n": lambda t, _: len(t)})
    assert history["n"] == [40]


def test_accuracy_takes_scores_of_classes_or_one_logit():
    scores = np.array([[2.0, 1.0], [0.0, 3.0], [5.0, 1.0]])
    assert accuracy(np.array([0, 1, 1]), scores) == pytest.approx(2 / 3)
    assert accuracy(np.eye(2)[[0, 1, 1]], scores) == pytest.approx(2 / 3)
    assert accuracy(np.array([[0], [1], [1]]), np.array([[-1.0], [0.2], [-3.0]])) == pytest.approx(
        2 / 3
    )
    with pytest.raises(ValueError, match="shape"):
        accuracy(np.array([0, 1]), scores)


@pytest.mark.parametrize("target", [[-1, 1], [[-1.0], [1.0]], [1, 2], [0.0, np.nan]])
def test_accuracy_of_one_score_refuses_other_classes_than_0_and_1(target):
    with pytest.raises(ValueError, match=r"one score .* 0 or 1, not (-1|2|nan)"):
        accuracy(target, [-2.0, 3.0])
    assert accuracy([False, True], [-2.0, 3.0]) == 1.0
    assert accuracy([0, 1], [[0.4], [0.6]], threshold=0.5) == 1.0


def test_a_penalty_is_added_and_recorded_apart():
    model, optimizer = model_and_optimizer()
    expected = 0.1 * sum(float((w.data**2).sum()) for w in model.weights())
    plain = mse_loss(model(X), y).item()
    history = quiet(
        model, mse_loss, (X, y), optimizer, epochs=1, penalty=lambda m: l2_penalty(m, 0.1)
    )
    assert history["penalty"][0] == pytest.approx(expected)
    assert history["loss"][0] == pytest.approx(plain)
    bare, optimizer = model_and_optimizer()
    (mse_loss(bare(X), y) + l2_penalty(bare, 0.1)).backward()
    optimizer.step()
    np.testing.assert_allclose(model.parameters()[0].data, bare.parameters()[0].data, rtol=1e-12)


def test_schedules_step_by_epoch_by_batch_or_by_loss():
    model, optimizer = model_and_optimizer()
    schedule = OneCycleLR(optimizer, max_lr=0.1, total_steps=9, cycle_momentum=False)
    quiet(model, mse_loss, loader(), optimizer, epochs=3, schedule=schedule)
    assert schedule.last_epoch == 9

    model, optimizer = model_and_optimizer(lr=0.0)
    schedule = ReduceLROnPlateau(optimizer, patience=0, min_lr=0.0, eps=0.0)
    optimizer.lr = 1e-9
    history = quiet(model, mse_loss, (X, y), optimizer, epochs=4, schedule=schedule)
    assert history["lr"] == pytest.approx([1e-9, 1e-9, 1e-10, 1e-11])
    assert schedule.best == history["loss"][0]


def test_a_plateau_is_one_of_the_validation_where_there_is_one():
    model, optimizer = model_and_optimizer()
    schedule = ReduceLROnPlateau(optimizer)
    history = quiet(model, mse_loss, loader(), optimizer, validation=(X, y), schedule=schedule)
    assert schedule.best == min(history["val_loss"]) != min(history["loss"])


def test_values_of_gradients_can_be_limited():
    w = Tensor([0.0])
    quiet(lambda x: x * w, mse_loss, (X[:, :1], y), SGD([w], lr=1.0), epochs=1, clip_value=0.01)
    assert abs(w.data[0]) == pytest.approx(0.01)


def test_dropout_and_batch_norm_are_in_the_mode_they_should_be():
    seen = []

    class Watch(Module):
        def forward(self, x):
            seen.append(self.training)
            return x

    model = Sequential(Dense(3, 1, rng=0), Watch())
    frozen = model[1]
    model.eval()
    optimizer = SGD(model.parameters())
    quiet(model, mse_loss, (X, y), optimizer, epochs=1, validation=(X, y))
    assert seen == [True, False]
    assert not model.training
    assert not frozen.training
    model.train()
    evaluate(model, mse_loss, (X, y))
    assert model.training


def test_callbacks_see_batches_and_epochs_and_can_stop():
    calls = []

    class Log(Callback):
        def on_fit_start(self, training):
            calls.append("start")

        def on_batch_end(self, training):
            calls.append((training.epoch, training.batch))

        def on_fit_end(self, training):
            calls.append("end")

    def stop(training):
        assert training.history["loss"][-1] == training.figures["loss"]
        if training.epoch == 2:
            training.stop = "seen enough"

    model, optimizer = model_and_optimizer()
    history = quiet(model, mse_loss, loader(), optimizer, epochs=9, callbacks=[Log(), stop])
    assert calls == ["start", (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), "end"]
    assert (history.epochs, history.stopped) == (2, "seen enough")


@pytest.mark.parametrize("restore", [True, False])
def test_early_stopping_restores_the_best_epoch(restore):
    # A weight that moves by 1 an epoch; the validation is best at w = 3, after epoch 3.
    w = Dense(1, 1, bias=False, rng=0)
    w.weight.data = np.array([[0.0]])
    validation = (np.array([[1.0]]), np.array([[3.0]]))
    stopping = EarlyStopping(patience=2, restore_best=restore)
    history = quiet(
        w,
        lambda output, target: (
            autograd.sum(output) * (-1.0 if w.training else 0.0)
            + (0.0 if w.training else mse_loss(output, target))
        ),
        (np.array([[1.0]]), np.array([[0.0]])),
        SGD(w.parameters(), lr=1.0),
        epochs=50,
        validation=validation,
        callbacks=[stopping],
    )
    assert history["val_loss"] == [4.0, 1.0, 0.0, 1.0, 4.0]
    assert (stopping.best_epoch, stopping.best) == (3, 0.0)
    assert w.weight.data.item() == (3.0 if restore else 5.0)
    assert "val_loss has not improved for 2 epochs on 0, of epoch 3" in history.stopped
    assert history.best("val_loss") == (3, 0.0)


def test_early_stopping_restores_the_weights_that_had_the_best_training_loss():
    # The loss of a batch is measured before the step: at w = 0, 1, 2, 3 it is 4, 1, 0, 1.
    w = Dense(1, 1, bias=False, rng=0)
    w.weight.data = np.array([[0.0]])
    one, two = np.array([[1.0]]), np.array([[2.0]])
    stopping = EarlyStopping(patience=2)

    def loss(output, target):
        nearness = mse_loss(output, target)
        return nearness.detach() - autograd.sum(output) + autograd.sum(output).detach()

    history = quiet(
        w, loss, (one, two), SGD(w.parameters(), lr=1.0), epochs=9, callbacks=[stopping]
    )
    assert history["loss"] == [4.0, 1.0, 0.0, 1.0, 4.0]
    assert w.weight.data.item() == 2.0
    assert mse_loss(w(one), two).item() == stopping.best


def test_early_stopping_restores_running_statistics_too():
    model = Sequential(Dense(3, 4, rng=0), BatchNorm1d(4), Dense(4, 1, rng=1))
    states = []

    def worse_from_here(training):
        states.append(model.state_dict())
        training.figures["score"] = -training.epoch

    stopping = EarlyStopping(patience=3, mode="max", monitor="score")
    optimizer = SGD(model.parameters(), lr=0.1)
    quiet(model, mse_loss, loader(), optimizer, callbacks=[worse_from_here, stopping])
    assert len(states) == 4
    after = model.state_dict()
    assert all(np.array_equal(after[name], states[0][name]) for name in after)
    assert not all(np.array_equal(after[name], states[-1][name]) for name in after)


def test_early_stopping_by_min_delta_mode_and_reuse():
    figures = [1.0, 0.95, 0.91, 0.85]
    stopping = EarlyStopping(patience=2, min_delta=0.1)
    assert [stopping.should_stop(f) for f in figures] == [False, False, True, False]
    stopping = EarlyStopping(patience=1, mode="max")
    assert [stopping.should_stop(f) for f in [0.5, 0.6, 0.6]] == [False, False, True]
    stopping = EarlyStopping(patience=2)
    assert [stopping.should_stop(f) for f in [math.nan, 1.0, math.nan, math.nan]] == [
        False,
        False,
        False,
        True,
    ]
    model, optimizer = model_and_optimizer()
    stopping.best = -1.0  # as left by another training
    quiet(model, mse_loss, loader(), optimizer, epochs=2, callbacks=[stopping])
    assert stopping.best > 0
    with pytest.raises(ValueError, match="no figure 'val_los'"):
        quiet(model, mse_loss, loader(), optimizer, callbacks=[EarlyStopping(monitor="val_los")])
    with pytest.raises(ValueError, match="patience"):
        EarlyStopping(patience=0)


def test_ctrl_c_keeps_what_was_learnt():
    model, optimizer = model_and_optimizer()
    before = model.parameters()[0].data.copy()

    class Impatient(Callback):
        def on_batch_end(self, training):
            if (training.epoch, training.batch) == (2, 2):
                raise KeyboardInterrupt

    model.eval()
    history = quiet(model, mse_loss, loader(), optimizer, epochs=9, callbacks=[Impatient()])
    assert history.epochs == 1
    assert history.stopped == "interrupted in epoch 2, after batch 2"
    assert not np.array_equal(model.parameters()[0].data, before)
    assert not model.training


def test_a_loss_that_turns_nan_by_the_learning_rate_names_the_parameter():
    model, optimizer = model_and_optimizer(lr=1e200)
    with pytest.raises(NonFiniteLossError) as caught:
        quiet(model, mse_loss, loader(), optimizer, epochs=50)
    text = str(caught.value)
    assert "learning rate (1e+200) is too large" in text
    assert "parameter '" in text
    assert f"epoch {caught.value.epoch}, batch {caught.value.batch}" in text


def test_a_nan_in_the_data_is_found_before_it_reaches_the_parameters():
    bad = X.copy()
    bad[20, 1] = np.nan
    model, optimizer = model_and_optimizer()
    with pytest.raises(NonFiniteLossError, match=r"batch 2.*input is nan at \(4, 1\)") as caught:
        quiet(model, mse_loss, DataLoader(bad, y, batch_size=16), optimizer)
    assert caught.value.batch == 2
    assert all(np.isfinite(p.data).all() for p in model.parameters())
    bad_y = y.copy()
    bad_y[0] = np.inf
    with pytest.raises(NonFiniteLossError, match=r"target is inf at \(0, 0\)"):
        quiet(model, mse_loss, (X, bad_y), optimizer)
    with pytest.raises(NonFiniteLossError, match=r"validation data is nan.*input is nan at \(20"):
        quiet(model, mse_loss, (X, y), optimizer, validation=(bad, y))


def test_a_forward_pass_that_overflows_is_explained():
    w = Tensor([1.0], label="w")
    with pytest.raises(NonFiniteLossError, match=r"forward pass.*log of 0.*detect_anomaly"):
        quiet(lambda x: autograd.log(x * w), mse_loss, (np.zeros((2, 1)), y[:2]), SGD([w]))


def test_a_bad_gradient_in_the_last_step_does_not_go_unseen():
    # √ has the gradient inf at 0: the loss is finite, the step is not.
    w = Tensor([0.0], label="w")
    x, target = np.ones((1, 1)), np.zeros((1, 1))
    with pytest.raises(NonFiniteLossError, match="the parameter 'w' is nan"):
        quiet(lambda x: autograd.sqrt(x * w), mse_loss, (x, target), SGD([w]), epochs=1)


@pytest.mark.parametrize("options", [{"clip_norm": 1.0}, {"clip_norm": 1.0, "clip_value": 2.0}])
def test_a_bad_gradient_that_would_be_clipped_ends_the_training_before_the_step(options):
    # √ at 0 again: ∂/∂w = 2·√w·(1/(2·√w)) is 0·inf.
    w = Tensor([0.0], label="w")
    ended = []

    class End(Callback):
        def on_fit_end(self, training):
            ended.append(training.batch)

    def root(x):
        return autograd.sqrt(x * w)

    data = (np.ones((1, 1)), np.zeros((1, 1)))
    with pytest.raises(NonFiniteLossError, match="the gradients' norm is nan in epoch 1") as caught:
        quiet(root, mse_loss, data, SGD([w]), callbacks=[End()], **options)
    assert "backward pass" in str(caught.value)
    assert "detect_anomaly" in str(caught.value)
    stopped = "the gradients' norm is nan in epoch 1, batch 1"
    assert caught.value.history.stopped == stopped
    assert (caught.value.batch, caught.value.history.epochs, ended) == (1, 0, [1])
    assert w.data.tolist() == [0.0]


@pytest.mark.parametrize("lr", [0.1, 1e200])
def test_a_parameter_is_named_as_it_is_written(lr):
    class Braces(Module):
        def __init__(self):
            self.table = {"{0}": Tensor([1.0]), "{": Tensor([np.nan if lr == 0.1 else 1.0])}

        def forward(self, x):
            return x * self.table["{0}"] + self.table["{"]

    model = Braces()
    optimizer = SGD(model.parameters(), lr=lr)
    with pytest.raises(NonFiniteLossError, match=r"the parameter 'table\.\{.*learning rate \("):
        quiet(model, mse_loss, (X[:, :1], y), optimizer, epochs=3)


def test_a_nan_after_good_epochs_restores_the_best_and_keeps_the_history():
    model, optimizer = model_and_optimizer()

    def blow_up(training):
        if training.epoch == 2:
            training.optimizer.lr = 1e200

    with pytest.raises(NonFiniteLossError) as caught:
        quiet(model, mse_loss, loader(), optimizer, epochs=9, callbacks=[blow_up, EarlyStopping()])
    assert caught.value.history.epochs == 2
    assert re.fullmatch(r"the loss is (nan|inf) in epoch 3, batch \d", caught.value.history.stopped)
    assert evaluate(model, mse_loss, (X, y))["loss"] < 20


def test_any_object_with_a_method_of_an_event_is_told_of_it():
    class Watch:
        def __init__(self):
            self.batches = self.epochs = 0

        def on_batch_end(self, training):
            self.batches += 1

        def __call__(self, training):  # as no function is wanted, only the event's method counts
            self.epochs += 1

    watch = Watch()
    model, optimizer = model_and_optimizer()
    quiet(model, mse_loss, loader(), optimizer, epochs=2, callbacks=[watch])
    assert (watch.batches, watch.epochs) == (6, 0)


@pytest.mark.parametrize("callbacks", [EarlyStopping(), [object()], [EarlyStopping], [3]])
def test_what_is_no_callback_is_named(callbacks):
    model, optimizer = model_and_optimizer()
    with pytest.raises(TypeError, match="callback"):
        quiet(model, mse_loss, (X, y), optimizer, callbacks=callbacks)


def test_what_could_teach_the_model_nothing_is_named():
    model, optimizer = model_and_optimizer()
    _, others = model_and_optimizer()
    with pytest.raises(ValueError, match=r"none of this model's parameters.*parameters\(\)"):
        quiet(model, mse_loss, (X, y), others)
    with pytest.raises(ValueError, match="none of this model's"):
        quiet(to_values(model), mse_loss, (X, y), optimizer)
    with pytest.raises(ValueError, match="another optimizer"):
        quiet(model, mse_loss, (X, y), optimizer, schedule=StepLR(others, 1))
    with pytest.raises(TypeError, match=r"'cosine'.*StepLR\("):
        quiet(model, mse_loss, (X, y), optimizer, schedule="cosine")
    with pytest.raises(TypeError, match=r"SGD\(model.parameters"):
        quiet(model, mse_loss, (X, y), SGD)


def test_a_part_of_the_parameters_may_be_trained():
    model, _ = model_and_optimizer()
    first, *_, last = model.state_dict().values()
    quiet(model, mse_loss, (X, y), SGD(model[2].parameters(), lr=0.05), epochs=1)
    trained = model.state_dict()
    assert (trained["0.weight"] == first).all()
    assert (trained["2.bias"] != last).all()


@pytest.mark.parametrize("data", [DataLoader(X), [X, y], [(X,)]])
def test_batches_that_are_not_pairs_are_named(data):
    model, optimizer = model_and_optimizer()
    with pytest.raises(TypeError, match=r"a batch must be a tuple \(x, y\)"):
        quiet(model, mse_loss, data, optimizer)
    with pytest.raises(TypeError, match=r"a batch must be a tuple \(x, y\)"):
        quiet(model, mse_loss, (X, y), optimizer, validation=data)


def test_samples_in_columns_are_refused_before_they_are_counted_as_rows():
    w = Tensor(np.zeros((1, 3)), label="w")

    def columns_to_columns(x):
        return w @ x

    columns = DataLoader(X, y, transform=lambda a, b: (a.T, b.T))
    for attempt in (
        lambda: quiet(columns_to_columns, mse_loss, columns, SGD([w])),
        lambda: evaluate(columns_to_columns, mse_loss, columns),
    ):
        with pytest.raises(ShapeError, match=r"input \(3, 32\).*target \(1, 32\).*columns"):
            attempt()
    assert not w.data.any()
    with pytest.raises(ShapeError, match=r"input \(\)"):
        evaluate(columns_to_columns, mse_loss, [(1.0, 2.0)])


def test_early_stopping_of_a_function_can_restore_nothing():
    w = Tensor(np.zeros((3, 1)), label="w")

    def trained(stopping):
        optimizer = SGD([w], lr=0.1)
        return quiet(lambda x: x @ w, mse_loss, (X, y), optimizer, callbacks=[stopping])

    with pytest.raises(TypeError, match="restore_best=False"):
        trained(EarlyStopping())
    assert trained(EarlyStopping(restore_best=False)).epochs == 10


class Nothing:
    """Batches that cannot be counted before they come, and do not come."""

    def __iter__(self):
        return iter(())


def test_mistakes_are_named():
    model, optimizer = model_and_optimizer()
    with pytest.raises(TypeError, match=r"generator.*every epoch"):
        quiet(model, mse_loss, ((X, y) for _ in range(2)), optimizer)
    with pytest.raises(TypeError, match="ndarray"):
        quiet(model, mse_loss, X, optimizer)
    with pytest.raises(TypeError, match=r"plain float64.*Tensors or Values"):
        quiet(lambda x: x[:, :1], mse_loss, (X, y), optimizer)
    with pytest.raises(ValueError, match="no batches"):
        quiet(model, mse_loss, [], optimizer)
    with pytest.raises(ValueError, match="validation has no batches"):
        quiet(model, mse_loss, (X, y), optimizer, validation=[])
    with pytest.raises(ValueError, match="data has no batches"):
        evaluate(model, mse_loss, [])
    with pytest.raises(ValueError, match="data has no samples"):
        evaluate(model, mse_loss, Nothing())
    with pytest.raises(ValueError, match="epochs"):
        quiet(model, mse_loss, (X, y), optimizer, epochs=-1)
    with pytest.raises(ValueError, match=r"one number.*reduction"):
        quiet(model, lambda z, t: mse_loss(z, t, "none"), (X, y), optimizer)
    with pytest.raises(TypeError, match="metrics go by name"):
        quiet(model, mse_loss, (X, y), optimizer, metrics=[accuracy])
    assert quiet(model, mse_loss, (X, y), optimizer, epochs=0).epochs == 0


def test_the_bar_counts_batches_and_is_not_needed(capsys, monkeypatch):
    model, optimizer = model_and_optimizer()
    fit(model, mse_loss, loader(), optimizer, epochs=2)
    shown = capsys.readouterr().err
    assert "epoch 2/2, loss" in shown
    assert "6/6" in shown
    monkeypatch.setitem(sys.modules, "tqdm", None)
    fit(model, mse_loss, loader(), optimizer, epochs=1)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("convert", [lambda model: model, to_values])
def test_a_traced_fit_takes_the_same_steps(convert):
    def trained(traced):
        model = convert(model_and_optimizer()[0])
        optimizer = Adam(model.parameters(), lr=0.05)
        penalty = lambda m: l2_penalty(m, 0.01)
        history = quiet(
            model, mse_loss, loader(), optimizer, epochs=3, penalty=penalty, traced=traced
        )
        return history, model.state_dict()

    (eager, state), (traced, replayed) = trained(False), trained(True)
    assert traced["loss"] == pytest.approx(eager["loss"], rel=1e-9)
    assert traced["penalty"] == pytest.approx(eager["penalty"], rel=1e-9)
    for name, array in state.items():
        np.testing.assert_allclose(replayed[name], array, rtol=1e-8)


@pytest.mark.slow
def test_moons_with_values_separates_fifty_points():
    points, classes = make_moons(50, noise=0.1, seed=0)
    model = to_values(MLP(2, [8, 8], 2, activation="tanh", rng=1))
    assert isinstance(model.parameters()[0][0, 0], Value)
    history = quiet(
        model,
        cross_entropy,
        (points, classes),
        Adam(model.parameters(), lr=0.1),
        epochs=60,
        metrics={"accuracy": accuracy},
        callbacks=[lambda t: setattr(t, "stop", "done" if t.figures["accuracy"] == 1 else "")],
    )
    assert history["accuracy"][-1] == 1.0


@pytest.mark.slow
def test_digits_reach_97_percent():
    from sklearn.datasets import load_digits

    from nn import train_test_split

    images, digits = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        images / 16.0, digits, seed=0, stratify=digits
    )
    model = Sequential(MLP(64, [64], 10, rng=0))
    data = DataLoader(train_x, train_y, batch_size=32, shuffle=True, seed=0)
    optimizer = Adam(model.parameters(), lr=0.005)
    quiet(model, cross_entropy, data, optimizer, epochs=40)
    found = evaluate(model, cross_entropy, (test_x, test_y), {"accuracy": accuracy})
    assert found["accuracy"] >= 0.97


@pytest.mark.parametrize(
    "weights",
    [
        lambda t: autograd.where(t == 1, 3.0, 1.0),
        lambda t: autograd.where(t != 1, 1.0, 3.0),
        lambda t: autograd.where(autograd.equal(t, 1), 3.0, 1.0),
        lambda t: 1.0 + 2.0 * (t == 1),
    ],
)
def test_class_weights_by_comparison_train_traced_as_eager(weights):
    X = np.random.default_rng(0).normal(size=(60, 2))
    y = (X.sum(axis=1) > 0).astype(int)

    def weighted(z, t):
        return autograd.mean(weights(t) * nn.cross_entropy(z, t, reduction="none"))

    losses = []
    for traced in (False, True):
        model = nn.MLP(2, [8], 2, rng=0)
        loader = DataLoader(X, y, batch_size=20, shuffle=True, seed=0)
        optimizer = nn.Adam(model.parameters(), lr=0.05)
        history = quiet(model, weighted, loader, optimizer, epochs=5, traced=traced)
        losses.append(history["loss"])
        by_hand = np.mean(np.where(y == 1, 3.0, 1.0) * plain_losses(model(X).data, y))
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-10)
    assert nn.evaluate(model, weighted, (X, y))["loss"] == pytest.approx(by_hand, rel=1e-10)


def plain_losses(z, y):
    """Cross-entropy as in a textbook."""
    return np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
