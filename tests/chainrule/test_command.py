"""The command line: each command, its files, its exit codes, its errors of one sentence."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chainrule.command import main, parser


def run(capsys, *arguments):
    code = main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_draw_writes_the_graph(capsys, tmp_path):
    path = tmp_path / "graph.svg"
    code, out, _ = run(capsys, "draw", "sigmoid(w*x + b)", "w=-3", "x=2", "b=1", "-o", str(path))
    assert code == 0
    assert out.strip() == str(path)
    assert "<svg" in path.read_text(encoding="utf-8")


def test_draw_prints_text_with_gradients(capsys):
    code, out, _ = run(capsys, "draw", "w*x", "w=-3", "x=2")
    assert code == 0
    assert "w = " in out
    assert "grad" in out


def test_draw_to_a_pipe_is_svg(capsys):
    code, out, _ = run(capsys, "draw", "w*x", "w=-3", "x=2", "-o", "-")
    assert code == 0
    assert out.lstrip().startswith("<svg")


def test_a_program_comes_from_standard_input_or_a_file(capsys, monkeypatch, tmp_path):
    text = "w = 0.5\nh = tanh(2*w)\nloss = (h - 1)**2\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    first = run(capsys, "draw", "-")
    path = tmp_path / "program.txt"
    path.write_text(text, encoding="utf-8")
    assert run(capsys, "draw", str(path)) == first
    assert "loss" in first[1]


def test_steps_as_text_and_page(capsys, tmp_path):
    code, out, _ = run(capsys, "steps", "w*x", "w=2", "x=3")
    assert code == 0
    assert "Backward" in out
    path = tmp_path / "steps.html"
    assert run(capsys, "steps", "w*x", "w=2", "x=3", "-o", str(path))[0] == 0
    assert "<html" in path.read_text(encoding="utf-8")


def test_live_is_a_page(capsys, tmp_path):
    path = tmp_path / "live.html"
    assert run(capsys, "live", "w*x", "w=2", "x=3", "-o", str(path))[0] == 0
    assert "chainrule" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("format", ["text", "markdown", "latex"])
def test_explain(capsys, format):
    code, out, _ = run(
        capsys, "explain", "(w*x)**2", "w=2", "x=3", "--wrt", "w", "--format", format
    )
    assert code == 0
    assert "36" in out


def test_plot(capsys, tmp_path):
    path = tmp_path / "plot.svg"
    code, out, _ = run(capsys, "plot", "a * x * sigmoid(x)", "a=2", "-o", str(path))
    assert code == 0
    assert path.exists()
    assert out.strip() == str(path)


def test_check_agrees(capsys):
    code, out, _ = run(capsys, "check", "log(x) / x * y", "x=2", "y=3", "--order", "2")
    assert code == 0
    assert out.count(" ok") == 4


def test_check_of_a_wrong_rule_exits_with_1(capsys, monkeypatch):
    from autograd import elementwise, primitives
    from chainrule import expression

    wrong = elementwise("planted", lambda x: x * x, d=[lambda z, x: 3 * x])
    monkeypatch.setitem(expression.FUNCTIONS, "planted", wrong)
    try:
        code, out, _ = run(capsys, "check", "planted(x)", "x=2")
    finally:
        primitives()["planted"].remove()
    assert code == 1
    assert "WRONG" in out


def test_table(capsys):
    code, out, _ = run(capsys, "table")
    assert code == 0
    assert len(out.splitlines()) > 30
    assert "1 - z^2" in run(capsys, "table", "tanh")[1]


def test_demo_writes_into_its_folder(capsys, tmp_path):
    code, out, _ = run(capsys, "demo", "--hidden", "2", "-o", str(tmp_path / "out"))
    assert code == 0
    assert "largest difference" in out
    assert out.splitlines()[-1].startswith("engine: ")
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {"graph.svg", "steps.html"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["draw", "foo(x)", "x=1"], "no function foo"),
        (["draw", "w*x", "w"], "write it as w=-3"),
        (["draw", "w*x", "w=2"], "x has no value"),
        (["draw", "w*w", "w=2", "-o", "graph.tiff"], "graph.tiff"),
        (["draw", "missing.txt"], "missing.txt"),
        (["explain", "w*w", "w=2", "--wrt", "v"], "the variables are w"),
        (["plot", "a*x", "-o", "p.svg"], "a=1"),
        (["plot", "3", "-o", "p.svg"], "needs a variable"),
        (["plot", "x", "--to", "inf", "-o", "p.svg"], "from low to high"),
        (["draw", "l1_penalty([x, 1], [x, 1])", "x=1"], "strength must be a number"),
        (["check", "sum(x)", "x=[1, 2]"], "single numbers"),
        (["table", "nothing"], "no row nothing"),
        (["demo", "--row", "100000"], "--row"),
    ],
)
def test_a_wrong_question_is_one_sentence_and_exit_code_2(capsys, arguments, says):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert not out
    assert says in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("text", ["-x*2", "-(x) - x", "-tanh(x)"])
def test_an_expression_may_begin_with_a_minus(capsys, text):
    assert run(capsys, "draw", text, "x=2") == run(capsys, "draw", f"({text})", "x=2")
    assert run(capsys, "draw", text, "x=2")[0] == 0


def test_nan_and_inf_are_results_without_a_warning(capsys):
    assert "inf" in run(capsys, "draw", "x*1e308", "x=2")[1]
    assert run(capsys, "draw", "x * std([inf, 1])", "x=2")[0] == 0
    assert run(capsys, "draw", "1if x else 2", "x=2")[0] == 2  # Python would advise a space


def test_a_long_expression_is_plotted_under_a_short_name(capsys, tmp_path):
    long = " + ".join(["x * sigmoid(x)"] * 30)
    assert run(capsys, "plot", long, "-o", str(tmp_path / "p.svg"))[0] == 0


@pytest.mark.parametrize(
    ("compiled", "reason", "says"),
    [
        (True, "", "compiled"),
        (False, None, r"pure Python \(CHAINRULE_PURE is set\)"),
        (False, "", r"pure Python \(`python -m autograd.compiled.build` builds .*"),
        (False, "there is no C compiler (cc)", r"pure Python \(there is no C compiler .*build.*"),
        (False, "it is for CPython", r"pure Python \(it is for CPython\)"),
    ],
)
def test_which_engine_is_on_is_one_line(capsys, monkeypatch, compiled, reason, says):
    monkeypatch.setattr("autograd.accelerated", compiled)
    monkeypatch.setenv("CHAINRULE_PURE", "1")
    if reason is not None:
        monkeypatch.setattr("chainrule.engine.why_not", lambda: reason)
    with pytest.raises(SystemExit):
        main(["--version"])
    version, line = capsys.readouterr().out.splitlines()
    assert version.startswith("chainrule ")
    assert re.fullmatch(f"engine: {says}", line)


def test_usage_errors_point_to_the_help(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["draw"])
    assert stopped.value.code == 2
    assert "--help" in capsys.readouterr().err


def test_every_command_has_help(capsys):
    for command in ("draw", "steps", "live", "explain", "plot", "check", "table", "demo"):
        with pytest.raises(SystemExit) as stopped:
            main([command, "--help"])
        assert stopped.value.code == 0
        assert command in capsys.readouterr().out
    assert "examples:" in parser().format_help()


def test_completion_is_a_script(capsys):
    pytest.importorskip("shtab", reason="comes with the extra cli")
    code, out, _ = run(capsys, "--completion", "bash")
    assert code == 0
    assert "chainrule" in out


def test_a_reader_that_stops_is_no_error():
    script = f'"{sys.executable}" -m chainrule table | head -1'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0
    assert not done.stderr


@pytest.mark.parametrize(
    ("package", "command", "other"),
    [("autograd", "table", "draw"), ("nn", "demo", "table"), ("viz", "draw", "table")],
)
def test_each_package_is_an_entry_with_its_own_commands(package, command, other):
    done = subprocess.run(
        [sys.executable, "-m", package, "--help"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0
    listed = done.stdout.split("positional arguments:")[1].split("examples:")[0]
    assert f"    {command} " in listed
    assert f"    {other} " not in listed
