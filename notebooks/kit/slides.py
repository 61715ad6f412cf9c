"""Slides of a notebook: what is said in a sentence stands on the slide, the rest in the notes.

A cell's slide type and tags (JupyterLab: property inspector) decide where there are any. Else a
heading begins a slide, a picture comes without the code that plots it, and of each paragraph the
first sentence is shown: whoever speaks has the whole text in the speaker notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

TEACHING = Path(__file__).parent.parent / "teaching.md"
#: A slide holds so many lines of code, and so many words beside a picture.
LINES, WORDS = 12, 45


@dataclass
class Slide:
    """The cells of one slide, and what to say."""

    cells: list[NotebookNode] = field(default_factory=list)
    notes: str = ""

    @property
    def notebook(self) -> NotebookNode:
        """The cells as a small notebook."""
        return nbformat.v4.new_notebook(cells=self.cells)


def slides_of(notebook: NotebookNode, number: str = "") -> list[Slide]:
    """Return the slides of a notebook, in order."""
    explicit = any("slideshow" in cell.metadata for cell in notebook.cells)
    slides = _explicit(notebook) if explicit else _derived(notebook)
    look_for(slides, number)
    return slides


def _explicit(notebook: NotebookNode) -> list[Slide]:
    slides: list[Slide] = []
    for cell in notebook.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind == "skip":
            continue
        if kind == "notes" and slides:
            slides[-1].notes += "\n\n" + cell.source
            continue
        if kind in ("slide", "subslide") or not slides:
            slides.append(Slide())
        if cell.cell_type == "markdown" and words(cell.source) > 2 * WORDS:
            slides[-1].notes += cell.source
        slides[-1].cells.append(cell)
    return slides


def _derived(notebook: NotebookNode) -> list[Slide]:
    slides: list[Slide] = []
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for part in [] if cell.source.startswith("<details>") else parts(cell.source):
                if part.startswith("## Exercises"):
                    return slides
                slides.extend(_text(part))
        elif i > 1 and cell.outputs:
            _put(cell, slides)
    return slides


def parts(source: str) -> list[str]:
    """Return a Markdown cell in pieces, each beginning with a heading or being all of it.

    >>> parts("a\\n\\n## B\\n\\nc")
    ['a', '## B\\n\\nc']
    """
    return [part.strip() for part in re.split(r"(?m)^(?=#{2,3} )", source) if part.strip()]


def blocks(part: str) -> list[str]:
    """Return the paragraphs, lists, tables and formulas of a piece of Markdown."""
    return [block for block in re.split(r"\n\s*\n", part) if block.strip()]


def words(text: str) -> int:
    """Count the words of a text, formulas and pictures as none."""
    return len(re.sub(r"\$[^$]*\$|!\[[^\]]*\]\([^)]*\)", " ", text).split())


def first_sentence(paragraph: str) -> str:
    """Return the first sentence of a paragraph; a bold beginning is not one by itself.

    >>> first_sentence("**Why?** Because. And more.")
    '**Why?** Because.'
    """
    found = re.match(r"(\*\*[^*]+\*\*\s*)?.*?[.?!:](?=\s|$)", " ".join(paragraph.split()))
    return found[0] if found else paragraph


def shown(part: str) -> str:
    """Return what of a text stands on the slide."""
    if words(part) <= WORDS:
        return part
    kept = []
    for block in blocks(part):
        plain = not re.match(r"\s*(#|[-*|>!]|\d+\.|\$\$|```|:)", block) or block.startswith("**")
        kept.append(first_sentence(block) if plain else block)
    return "\n\n".join(kept)


def _text(part: str) -> list[Slide]:
    """Return one slide for a piece of text, or several where it is long."""
    pieces, heading = [[]], ""
    for block in blocks(shown(part)):
        if block.startswith("#"):
            heading, _, block = block.partition("\n")
            pieces[-1].append(heading)
        if not block.strip():
            continue
        tall = _height(block)
        if pieces[-1] and sum(map(_height, pieces[-1])) + tall > 13:
            pieces.append([heading] if heading else [])
        pieces[-1].append(block)
    made = []
    for i, piece in enumerate(pieces):
        if piece == [heading]:
            continue  # what follows has a heading of its own
        cell = nbformat.v4.new_markdown_cell("\n\n".join(piece))
        made.append(Slide([cell], part if i == 0 else ""))
    return made


def _height(block: str) -> float:
    """Estimate how many lines of a slide a block takes."""
    if block.startswith("!["):
        return 10
    if block.startswith("$$"):
        return 2 + block.count("\\\\") * 1.6 + 2 * block.count("cases")
    return 0.8 + sum(max(1, -(-len(line) // 95)) for line in block.splitlines()) * 1.1


def _put(cell: NotebookNode, slides: list[Slide]) -> None:
    """Put a code cell on the slide before it, or on one of its own."""
    draws = "plt.subplots" in cell.source or re.match(r"viz\.\w+\(.*\)$", cell.source.strip())
    long = len(cell.source.splitlines()) > LINES
    pictures = any("<img" in str(o.get("data", {})) or "image/" in str(o.get("data", {}))
                   for o in cell.outputs)  # fmt: skip
    copy = nbformat.from_dict(cell)
    tags = set(cell.metadata.get("tags", []))
    if pictures and (draws or long):
        tags.add("picture")
    elif long:
        copy.source = "\n".join([*cell.source.splitlines()[:LINES], "# …"])
    copy.metadata["tags"] = sorted(tags)
    last = slides[-1] if slides else Slide()
    room = len(last.cells) == 1 and last.cells[0].cell_type == "markdown"
    text = last.cells[0].source if room else ""
    fits = words(text) <= 30 and sum(map(_height, blocks(text))) < 6 and "![" not in text
    if slides and room and fits:
        last.cells.append(copy)
    else:
        slides.append(Slide([copy]))
    if "picture" in tags:
        said = [output["data"].get("text/html", "") for output in cell.outputs if "data" in output]
        described = re.search(r'alt="([^"]*)"', " ".join(said))
        slides[-1].notes += f"\n\nOn the picture: {described[1]}" if described else ""


def look_for(slides: list[Slide], number: str) -> None:
    """Add what the teacher's page says about the figures, to the slides that it fits best."""
    section = re.search(rf"### {number} .*?(?=\n##)", TEACHING.read_text(), re.DOTALL)
    if not number or section is None:
        return
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \|$", section[0])
    start = 0
    for figure, advice in rows:
        if figure in ("figure", "---"):
            continue
        wanted = stems(figure)
        scores = [len(wanted & stems(_all_text(slide))) for slide in slides]
        best = max(range(start, len(slides)), key=lambda i: scores[i], default=None)
        if best is not None and scores[best]:
            slides[best].notes += f"\n\n**{figure}**: {advice}"
            start = best


def stems(text: str) -> set[str]:
    """Return the beginnings of the longer words of a text."""
    return {word[:5] for word in re.findall(r"[a-zσ′]{4,}", text.lower())}


def _all_text(slide: Slide) -> str:
    return " ".join(cell.source for cell in slide.cells) + slide.notes
