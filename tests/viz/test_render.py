"""The child process: it draws, and whatever happens to it, the interpreter lives."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import viz
from autograd import Value
from viz.engine import EngineError, process, render
from viz.engine.browser import wasm_engine
from viz.formats import raster

DOT = "digraph { a -> b }"


def children():
    """The processes that this one has started and that are still there."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[1] == str(os.getpid()):
            found.append(stat.parent.name)
    return found


@pytest.fixture
def traceless(tmp_path, monkeypatch):
    """Afterwards there is no child, and no file, neither here nor in the temporary folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    before = set(children())
    yield
    assert set(children()) <= before
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def child(monkeypatch):
    """Let the child run other code than the layout."""

    def run(code):
        monkeypatch.setattr(process, "_CHILD", code)

    return run


def test_dot_becomes_svg_png_and_pdf(traceless):
    assert b"<svg" in render(DOT)
    assert render(DOT, "png").startswith(b"\x89PNG")
    assert render(DOT, "pdf").startswith(b"%PDF")


def test_the_time_limit_kills_the_child(traceless, child):
    child("import time; time.sleep(60)")
    with pytest.raises(
        EngineError, match=r"longer than 0.3 seconds.*smaller.*depth=, limit= or time_limit="
    ):
        render(DOT, time_limit=0.3)


def test_a_crash_is_an_error_with_the_signal(traceless, child):
    child("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(EngineError, match=r"without a picture \(signal 11\)"):
        render(DOT)


def test_an_aborting_child_leaves_its_last_words(traceless, child):
    child("import os, sys; sys.stderr.write('assertion failed'); sys.stderr.flush(); os.abort()")
    with pytest.raises(EngineError, match=r"signal 6.*assertion failed"):
        render(DOT)


def test_what_is_not_dot_is_an_error(traceless):
    with pytest.raises(EngineError, match="without a picture"):
        render("digraph {{{")


def test_no_engine_names_the_remedy_and_the_text_tree_is_there(monkeypatch, tmp_path):
    monkeypatch.setattr(process, "_bundled", lambda: "")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(raster, "installed", lambda _: False)
    drawing = viz.draw(Value(2.0, label="a") * 3.0)
    with pytest.raises(EngineError, match=r"pip install pygraphviz.*`dot`.*text tree"):
        drawing.save(tmp_path / "graph.pdf")
    assert "a = 2.0" in drawing.text
    assert "<svg" in drawing.svg  # our own layout needs no engine


def test_a_system_dot_serves_where_there_is_no_wheel(tmp_path, monkeypatch):
    program = tmp_path / "dot"
    echo = "import sys; sys.stdout.write('<svg>' + sys.argv[1] + sys.stdin.read())"
    program.write_text(f"#!{sys.executable}\n{echo}\n")
    program.chmod(0o755)
    monkeypatch.setattr(process, "_bundled", lambda: "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert render(DOT) == b"<svg>-Tsvg" + DOT.encode()


def test_works_without_a_dot_program(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert b"<svg" in render(DOT)


def test_the_child_ends_itself_if_the_parent_is_killed():
    # The child's alarm is two seconds after its time limit, here -1.
    marker = f"orphan-{os.getpid()}"
    code = f"""
import subprocess
from viz.engine import process
process._CHILD = process._CHILD.split("spec = ")[0] + "import time; time.sleep(60)  # {marker}"
subprocess.run([*process.engine(), "svg", "-1"])
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    deadline = time.perf_counter() + 20
    while f"# {marker}" not in _command_lines(but=parent.pid):
        assert time.perf_counter() < deadline
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    while f"# {marker}" in _command_lines(but=parent.pid):
        assert time.perf_counter() < deadline
        time.sleep(0.05)


def _command_lines(but):
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.parent.name == str(but):
                continue
            lines.append(path.read_text())
        except OSError:
            continue
    return "\n".join(lines)


def test_drawing_does_not_load_graphviz_into_this_process():
    code = (
        "import sys, viz; from autograd import Value; viz.draw(Value(1.0) * 2.0).svg; "
        "sys.exit('pygraphviz' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_engine_that_ends_well_with_garbage_is_an_error(traceless, child):
    child("import sys; sys.stdout.write('Segmentation fault'); sys.exit(0)")
    with pytest.raises(EngineError, match=r"no SVG.*Segmentation fault.*use_engine"):
        render(DOT)
    with pytest.raises(EngineError, match="no PNG"):
        render(DOT, "png")


def test_another_engine_can_be_put_in_for_every_picture(tmp_path, monkeypatch):
    monkeypatch.setattr(raster, "installed", lambda _: False)
    seen = []

    def engine(dot, format, seconds):
        seen.append((format, seconds))
        return process.render(dot, format, seconds)

    viz.use_engine(engine)
    try:
        a = Value(2.0, label="a")
        viz.draw(a * 3.0).save(tmp_path / "graph.pdf")
        assert "<svg" in viz.steps(a * 3.0).html()
    finally:
        viz.use_engine(None)
    assert [format for format, _ in seen] == ["pdf"]  # the player needs none


def awaited(coroutine):
    """Run a coroutine in a thread without a loop: a browser of other tests may have one in this."""
    with ThreadPoolExecutor() as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def browser(monkeypatch):
    """What Python sees of a browser, as far as the engine asks."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    yield
    viz.use_engine(None)


def test_in_a_browser_the_engine_is_loaded_or_the_sentence_says_how(browser):
    with pytest.raises(EngineError, match=r"await viz.start_engine\(\).*text tree"):
        render(DOT)
    with pytest.raises(EngineError, match="chainrule-graphviz"):
        awaited(viz.start_engine())


class Graphviz:
    """The object of the JavaScript package: one method that matters."""

    def layout(self, dot, format, engine):
        if "fault" in dot:
            raise RuntimeError("syntax error in line 1")
        return process.render(dot, format, 10.0).decode()


def test_a_browser_draws_svg_alone_and_its_errors_are_ours(browser):
    viz.use_engine(wasm_engine(Graphviz()))
    assert b"<svg" in render(DOT)
    with pytest.raises(EngineError, match="pictures are SVG"):
        render(DOT, "png")
    with pytest.raises(EngineError, match="without a picture: syntax error"):
        render("fault")


def test_outside_a_browser_there_is_nothing_to_load():
    assert awaited(viz.start_engine()) is None
    assert b"<svg" in render(DOT)
