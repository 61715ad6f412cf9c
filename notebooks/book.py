"""Make one offline site of all notebooks: python notebooks/book.py [folder]   (default: site/)

nbconvert renders the cells, `viz` the formulas, and the templates in `theme/` hold them
together: navigation, a search that works from a file, dark mode, and slides for class. Nothing
is loaded from anywhere else, so the folder can be carried on a stick.
"""

from __future__ import annotations

import functools
import html
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import build
import reference
from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader
from kit.slides import slides_of
from live_pages import with_live_pages
from nbconvert import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from viz.formulas.math_text import mathml

HERE = Path(__file__).parent
THEME = HERE / "theme"
#: Other documents that become pages: file, page, title.
DOCUMENTS = (
    (HERE / "teaching.md", "teaching.html"),
    (HERE.parent / "docs" / "conventions.md", "conventions.html"),
    *(
        (HERE.parent / "docs" / f"from_{name}.md", f"from_{name}.html")
        for name in ("micrograd", "pytorch", "jax", "hips")
    ),
)


@dataclass
class Page:
    """One page of the site: what it is called, its body, its neighbours."""

    file: str
    title: str
    body: str
    number: str = ""
    slides: str = ""
    sections: list[tuple[str, str]] = field(default_factory=list)


class _Renderer(IPythonRenderer):
    """Markdown to HTML, with MathML for the formulas."""

    def block_math(self, body: str) -> str:
        return mathml(body, display=True)

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


class _Exporter(HTMLExporter):
    def markdown2html(self, *context_and_source: Any) -> str:
        return markdown(context_and_source[-1])

    markdown2html.jinja_pass_arg = HTMLExporter.markdown2html.jinja_pass_arg  # type: ignore[attr-defined]

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **options: Any) -> Any:
        """Convert as the parent does, which then reads all again for pictures without a text.

        The course has none (tests/notebooks/test_notebooks.py), and that took half of the time.
        """
        language = nb.metadata.get("language_info", {}).get("name")
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer=language, parent=self))
        return TemplateExporter.from_notebook_node(self, nb, resources, **options)


def markdown(source: str) -> str:
    """Return Markdown as HTML."""
    result: str = MarkdownWithMath(renderer=_Renderer(escape=False)).render(source)
    return result


@functools.cache
def _exporter() -> HTMLExporter:
    exporter = _Exporter(
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True
    )
    # What strangers wrote would have to be cleaned; the course's own cells take half the time so.
    exporter.register_filter("clean_html", lambda html: html)
    return exporter


def cells_html(notebook: NotebookNode) -> str:
    """Return the cells of a notebook, with their outputs, as HTML."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            tex = output.get("data", {}).pop("text/latex", None)
            if tex and "text/html" not in output.data:
                output.data["text/html"] = mathml(tex.strip().strip("$"), display=True)
    body, _ = _exporter().from_notebook_node(notebook)
    return linked(str(body))


def linked(body: str) -> str:
    """Point links between notebooks and documents at their pages.

    Links to files that the site does not hold become plain text.

    >>> linked('<a href="teaching.md">why</a>, <a href="../README.md">more</a>')
    '<a href="teaching.html">why</a>, more'
    """
    body = re.sub(r'href="(?:\./)?([0-9]{2}_\w+)\.ipynb', r'href="\1.html', body)
    for path, page in DOCUMENTS:
        body = re.sub(rf'href="(?:\.\./docs/|\./)?{re.escape(path.name)}', f'href="{page}', body)
    outside = r'<a href="(?![a-z]+:|#|images/|\w+\.html)[^"]*"[^>]*>(.*?)</a>'
    return re.sub(outside, r"\1", body, flags=re.DOTALL)


def notebook_page(path: Path) -> Page:
    """Return the page of a notebook."""
    notebook = build.read(path)
    number, _, title = notebook.cells[0].source.splitlines()[0].lstrip("# ").partition(" · ")
    slides = f"slides/{path.stem}.html"
    return Page(f"{path.stem}.html", title, cells_html(notebook), number, slides)


def document_page(path: Path, file: str) -> Page:
    """Return the page of a Markdown document."""
    source = path.read_text()
    title = source.splitlines()[0].lstrip("# ")
    return Page(file, title, linked(f'<div class="text_cell">{markdown(source)}</div>'))


def sections(page: Page) -> Iterator[dict[str, str]]:
    """Yield what the search looks through: each heading of a page with the text under it."""
    soup = BeautifulSoup(page.body, "html.parser")
    for hidden in soup(["script", "style", "template", "iframe", "math"]):
        hidden.decompose()
    for link in soup.find_all("a", class_="anchor-link"):
        link.decompose()
    heading, anchor, words = page.title, "", []
    for part in soup.find_all(["h1", "h2", "h3", "p", "li", "td", "pre"]):
        text = " ".join(part.get_text(" ").split())
        if part.name in ("h1", "h2", "h3"):
            yield _entry(page, heading, anchor, words)
            heading, anchor, words = text, str(part.get("id", "")), []
            if part.name == "h2":
                page.sections.append((anchor, heading))
        else:
            words.append(text)
    yield _entry(page, heading, anchor, words)


def _entry(page: Page, heading: str, anchor: str, words: list[str]) -> dict[str, str]:
    url = f"{page.file}#{anchor}" if anchor else page.file
    return {"page": page.title, "heading": heading, "url": url, "text": " ".join(words)}


def _below(body: str) -> str:
    """Return a body for a page in a folder below the site's own."""
    return re.sub(r'(src|href)="(images/|\w+\.html)', r'\1="../\2', body)


def slides_page(path: Path, folder: Path, templates: Environment, back: str) -> None:
    """Write the slides of a notebook into a folder; styles and scripts are beside that folder."""
    notebook = build.read(path)
    slides = [
        {"body": _below(cells_html(slide.notebook)), "notes": _below(linked(markdown(slide.notes)))}
        for slide in slides_of(notebook, path.stem[:2])
    ]
    title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
    text = templates.get_template("slides.html").render(title=title, slides=slides, back=back)
    (folder / f"{path.stem}.html").write_text(text)


def make(folder: Path) -> list[Page]:
    """Write the site into a folder, and return its pages."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "images", folder / "images")
    for name in ("style.css", "dark.js", "book.js", "zoom.js", "slides.css", "slides.js"):
        shutil.copy(THEME / name, folder / name)
    templates = Environment(loader=FileSystemLoader(THEME), autoescape=False, trim_blocks=True)
    course = [notebook_page(path) for path in build.paths()]
    for page in course:
        page.body = with_live_pages(page.body, page.file[:2], folder)
    others = [document_page(path, file) for path, file in DOCUMENTS if path.exists()]
    others += [Page(file, title, body) for file, title, body in reference.pages()]
    cover = Page("index.html", "Core concepts for neural networks", "")
    cover.body = templates.get_template("cover.html").render(pages=course, others=others)
    pages = [cover, *course, *others]
    index = [entry for page in pages[1:] for entry in sections(page) if entry["text"]]
    (folder / "search-index.js").write_text(f"window.SEARCH_INDEX = {json.dumps(index)};\n")
    for i, page in enumerate(pages):
        around = {
            "before": pages[i - 1] if i else None,
            "after": pages[i + 1] if i + 1 < len(pages) else None,
        }
        text = templates.get_template("page.html").render(
            page=page, course=course, others=others, escape=html.escape, **around
        )
        (folder / page.file).write_text(text)
    (folder / "slides").mkdir()
    for path in build.paths():
        slides_page(path, folder / "slides", templates, f"../{path.stem}.html")
    return pages


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "site"
    made = make(target)
    print(f"{len(made)} pages: open {target.name}/index.html")
