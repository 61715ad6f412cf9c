"""Copy a notebook with pictures that can be printed: a PNG beside each page and player.

Converted to PDF, a notebook loses its HTML, and its SVG needs Inkscape (nbconvert) or rsvg-convert
(Quarto). Every output of ours holds the still picture of its page, so it is rendered here, once,
for whatever prints the copy. So is an SVG file that a text cell shows.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from viz.formats import raster
from viz.formats.files import write_whole

_PICTURE = re.compile(r'<img\b[^>]*\bsrc="data:image/svg\+xml;base64,([^"]+)"')
#: In Markdown: `![what it shows](images/neuron.svg)`.
_FILE = re.compile(r"(!\[[^\]]*\]\()([^)\s:]+\.svg)\)")


def with_stills(source: str | Path, target: str | Path) -> int:
    """Write the notebook `source` to `target` with its pictures as PNG; return their number.

    Raises ValueError (not a notebook), OSError and ImportError (without the extra `images`).
    """
    try:
        notebook = json.loads(Path(source).read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{source} is no notebook (a file .ipynb of version 4)") from None
    count = sum(_with_attached(cell, Path(source).parent) for cell in texts)
    for cell in cells:
        outputs = cell["outputs"]
        for output in list(outputs):
            pictures = [_png(svg) for svg in _pictures(output.get("data", {}))]
            count += len(pictures)
            for place, picture in enumerate(pictures):
                if place == 0:  # beside the page, which stays for viewers that show it
                    output["data"].pop("image/svg+xml", None)
                    output["data"]["image/png"] = picture
                else:
                    outputs.insert(outputs.index(output) + place, _another(picture))
    write_whole(target, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    return count


def _with_attached(cell: dict[str, Any], folder: Path) -> int:
    """Put the SVG files that a text cell shows into it, as PNG; return their number."""
    attached: dict[str, dict[str, str]] = {}

    def attach(found: re.Match[str]) -> str:
        file = folder / found[2]
        if not file.is_file():
            return found[0]
        name = f"{found[2].removesuffix('.svg').replace('/', '-')}.png"
        attached[name] = {"image/png": _png(file.read_text(encoding="utf-8"))}
        return f"{found[1]}attachment:{name})"

    cell["source"] = _FILE.sub(attach, "".join(cell["source"]))
    if attached:
        cell["attachments"] = {**cell.get("attachments", {}), **attached}
    return len(attached)


def _pictures(data: dict[str, Any]) -> list[str]:
    """Return the SVGs in an output: those in its HTML, or else the one beside it."""
    found = _PICTURE.findall("".join(data.get("text/html", "")))
    if not found and "image/svg+xml" in data:
        return ["".join(data["image/svg+xml"])]
    return [base64.b64decode(picture).decode() for picture in found]


def _png(svg: str) -> str:
    return base64.b64encode(raster.png(svg)).decode()


def _another(picture: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}}
