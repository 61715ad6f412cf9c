"""The course in a browser: its site is built; with a copy of Pyodide, notebook 00 runs there."""

import functools
import http.server
import os
import threading
import time
import zipfile

import nbformat
import pytest

pytestmark = pytest.mark.thorough
pytest.importorskip("jupyterlite_core", reason="comes with the extra lite, in .venv-lite")
lite = pytest.importorskip("lite")

PYODIDE = os.environ.get("CHAINRULE_PYODIDE", "")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lite") / "site"
    lite.main([str(folder), *(["--pyodide", PYODIDE] if PYODIDE else [])])
    return folder


def test_the_site_holds_the_packages_and_every_notebook(site):
    wheels = {path.name.split("-")[0]: path for path in (site / "pypi").glob("*.whl")}
    assert {"chainrule", "chainrule_graphviz", "graphviz"} <= set(wheels)
    with zipfile.ZipFile(wheels["chainrule_graphviz"]) as carrier:
        assert b"Graphviz" in carrier.read("chainrule_graphviz/graphviz.js")
    with zipfile.ZipFile(wheels["chainrule"]) as wheel:
        metadata = next(name for name in wheel.namelist() if name.endswith("METADATA"))
        required = wheel.read(metadata).decode()
    assert "pygraphviz" not in required or "sys_platform != 'emscripten'" in required
    notebooks = sorted((site / "files").glob("[0-9]*.ipynb"))
    assert len(notebooks) >= 10
    for path in notebooks:
        cells = nbformat.read(path, as_version=4).cells
        assert "start_engine" in next(cell for cell in cells if cell.cell_type == "code").source


@pytest.mark.browser
@pytest.mark.skipif(not PYODIDE, reason="CHAINRULE_PYODIDE names no folder with a copy of Pyodide")
def test_notebook_00_runs_to_its_end_in_a_browser(site):
    api = pytest.importorskip("playwright.sync_api")
    handler = functools.partial(_Silent, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        port = server.server_address[1]
        page.goto(f"http://127.0.0.1:{port}/notebooks/index.html?path=00_the_graph.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        page.wait_for_selector("text=Python (Pyodide)", timeout=60_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator("#jp-mainmenu-run").get_by_text("Run All Cells", exact=True).click()
        _wait_for_the_last_cell(page)
        errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        assert errors.count() == 0, errors.all_inner_texts()
        browser.close()
    server.shutdown()
    server.server_close()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def _wait_for_the_last_cell(page, seconds=300):
    """Wait until the last code cell has a number: the page shows the cells near the end alone."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()
        if prompts and prompts[-1].strip("[]: ").isdigit():
            return
        time.sleep(1)
    raise AssertionError("the notebook did not come to its end")
