"""Render our own SVGs to pixels: PNG, PDF and animated GIF, for programs that take no SVG.

resvg draws them and Pillow packs them; both are wheels in the extra `images`, imported when a
picture is asked for. If the machine has no font, matplotlib's is used if it is installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

#: Pixels per pixel of the SVG: sharp on a projector and in print.
ZOOM = 2.0

#: What an inch has in pixels of CSS, by which lengths in points are converted.
CSS_DPI = 96.0


def installed(format: Literal["png", "pdf", "gif"]) -> bool:
    """Return whether a format's requirements are met: the extra `images`; for PNG, resvg alone."""
    needed = ["resvg_py"] if format == "png" else ["resvg_py", "PIL"]
    return all(importlib.util.find_spec(name) is not None for name in needed)


def png(svg: str, zoom: float = ZOOM) -> bytes:
    r"""Return the SVG as PNG, on white if it has no background of its own.

    Raises ImportError if the extra `images` is not installed.

    >>> png('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>')[:4]
    b'\x89PNG'
    """
    fonts = [str(folder) for folder in _font_folders()]
    return bytes(
        _imported("resvg_py").svg_to_bytes(
            svg_string=_with_colors(svg),
            zoom=zoom,
            background="#ffffff",
            font_dirs=fonts or None,
            dpi=CSS_DPI,  # without it resvg has no size for matplotlib's "648pt"
        )
    )


def _with_colors(svg: str) -> str:
    """Return the SVG with variables replaced by the light colours: resvg knows no `var(--name)`."""
    named = re.search(r":root\{(--[^}]*)\}", svg)
    colors = dict(re.findall(r"(--[\w-]+):([^;]+)", named[1])) if named else {}
    return re.sub(r"var\((--[\w-]+)\)", lambda found: colors.get(found[1], found[0]), svg)


def pdf(svg: str) -> bytes:
    """Return the SVG as a one-page PDF, drawn at 216 dots per inch."""
    written = io.BytesIO()
    _image(svg, 3.0).save(written, format="PDF", resolution=216.0)
    return written.getvalue()


def gif(frames: Sequence[str], seconds: float = 1.5, zoom: float = 1.0) -> bytes:
    """Return the SVGs as an endless animated GIF that shows each for `seconds`.

    Raises ValueError if there is no frame.
    """
    if not frames:
        raise ValueError("an animation needs at least one frame")
    images = [_image(svg, zoom).quantize(256) for svg in frames]
    written = io.BytesIO()
    images[0].save(
        written,
        format="GIF",
        save_all=True,
        append_images=images[1:],
        duration=[1000 * seconds] * (len(images) - 1) + [3000 * seconds],
        loop=0,
    )
    return written.getvalue()


def _image(svg: str, zoom: float) -> Any:
    return _imported("PIL.Image").open(io.BytesIO(png(svg, zoom))).convert("RGB")


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ImportError(
            f"pictures as PNG, PDF or GIF need {name.partition('.')[0]}, which is not installed: "
            "pip install 'chainrule[images]'"
        ) from None


def _font_folders() -> list[Path]:
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"]
