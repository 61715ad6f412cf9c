"""Copy a notebook with pictures that can be printed: a PNG beside each page and player.

Converted to PDF, a notebook loses its HTML, and its SVG needs Inkscape (nbconvert) or rsvg-convert
(Quarto). Every output of ours holds the still picture of its page, so it is rendered here, once,
for whatever prints the copy.
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


def with_stills(source: str | Path, target: str | Path) -> int:
    """Write the notebook `source` to `target` with its pictures as PNG; return their number.

    Raises ValueError (not a notebook), OSError and ImportError (without the extra `images`).
    """
    try:
        notebook = json.loads(Path(source).read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{source} is no notebook (a file .ipynb of version 4)") from None
    count = 0
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
