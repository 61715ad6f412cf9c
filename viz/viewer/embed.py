"""Embed a picture in a page made by another program: a notebook, an export, GitHub.

Such pages strip whatever they do not trust. An `<img>` with inline data and alternative text
survives everywhere; where scripts run, it is upgraded to the SVG itself, whose nodes can be pointed
at and reached by keyboard, in the colours of the page.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re

from viz.style.colors import DARK, Theme

_LARGEST = 2.2  # how many times its own size a small picture is shown at

# The SVG is taken from the image's own data, so it is in the page only once. Jupyter and VS Code
# give the page's theme in an attribute; elsewhere it is the reader's setting.
_UPGRADE = """
(function () {
  document.querySelectorAll('img[data-chainrule="%s"]').forEach(function (img) {
    var text = new TextDecoder().decode(Uint8Array.from(
      atob(img.src.split(",")[1]), function (c) { return c.charCodeAt(0); }));
    var svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    if (svg.nodeName !== "svg") return;
    var body = document.body, jupyter = body.getAttribute("data-jp-theme-light");
    if (svg.getAttribute("data-theme") === "auto") {
      if (jupyter !== null) svg.setAttribute("data-theme", jupyter === "true" ? "light" : "dark");
      else if (body.classList.contains("vscode-dark")) svg.setAttribute("data-theme", "dark");
      else if (body.classList.contains("vscode-light")) svg.setAttribute("data-theme", "light");
    }
    img.replaceWith(document.importNode(svg, true));
  });
})();
"""


def image(svg: str, alt: str) -> str:
    """Return an `<img>` that holds the SVG, with the alternative text `alt`.

    >>> image("<svg/>", 'a "graph"')
    '<img alt="a &quot;graph&quot;" src="data:image/svg+xml;base64,PHN2Zy8+" ...>'
    """
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<img alt="{html.escape(alt)}" src="data:image/svg+xml;base64,{data}" '
        f'style="max-width:100%;height:auto" data-chainrule="{_key(svg)}">'
    )


def upgraded(svg: str, alt: str) -> str:
    """Return the image, and the script that replaces it by the SVG itself."""
    return f"<div>{image(svg, alt)}<script>{_UPGRADE % _key(svg)}</script></div>"


def page(svg: str, title: str, theme: Theme, color: str) -> str:
    """Return a whole HTML page with the SVG in it, enlarged to fit but never made smaller."""
    width, height = map(float, re.findall(r' (?:width|height)="([\d.]+)"', svg)[:2])
    size = f"min({_LARGEST * width:g}px,100vw - 16px,(100vh - 16px) * {width / height:.4f})"
    scheme = "light dark" if theme == "auto" else theme
    dark = f"@media (prefers-color-scheme:dark){{body{{background:{DARK['page']}}}}}"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<title>{html.escape(title)}</title><meta name="color-scheme" content="{scheme}">'
        f'<meta name="viewport" content="width=device-width">'
        f"<style>body{{margin:8px;background:{color}}}"
        f"svg{{display:block;margin:auto;width:max({width:g}px,{size});height:auto}}"
        f"{dark if theme == 'auto' else ''}</style></head><body>{svg}</body></html>\n"
    )


def _key(svg: str) -> str:
    return hashlib.sha256(svg.encode()).hexdigest()[:12]
