"""The code that the documents show must run as it stands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = ["README.md", "CONTRIBUTING.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_code_blocks_run_in_order(name, tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(), flags=re.DOTALL)
    assert blocks, f"{name} shows no Python"
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    for i, block in enumerate(blocks):
        exec(compile(block, f"<{name}, block {i}>", "exec"), namespace)
        for expression, result in re.findall(r"^(.+?)  # → (.+)$", block, flags=re.MULTILINE):
            assert str(eval(expression, namespace)) == result
    printed = capsys.readouterr().out
    for shown in re.findall(r"```text\n(.*?)```", (ROOT / name).read_text(), flags=re.DOTALL):
        assert shown in printed


def test_the_first_picture_is_what_the_first_block_draws(tmp_path, monkeypatch):
    block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(block[1], {})
    shown = re.findall(r">([^<>]+)</text>", (ROOT / "docs/images/first_graph.svg").read_text())
    assert re.findall(r">([^<>]+)</text>", Path("graph.svg").read_text()) == shown


def test_links_in_the_documents_lead_somewhere():
    for name in [*DOCUMENTS, "ARCHITECTURE.md", "CHANGELOG.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", (ROOT / name).read_text()):
            path = target[0] or target[1]
            if not path.startswith("http"):
                assert (ROOT / path).exists(), f"{name} links to {path}, which is not there"
