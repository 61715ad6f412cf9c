"""Finish an SVG: complete, described, reachable by keyboard, and in the reader's colours.

This adds what the engine does not do. Nothing gets lost silently: a node or an edge of the picture
that is missing from the drawing is an error.
"""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from html import escape

from viz.engine import EngineError
from viz.graph.describe import node_sentences, weight_sentence
from viz.graph.parts import GraphPicture, PictureEdge
from viz.style.colors import DARK, LIGHT, Theme
from viz.style.labels import clean

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_TAG = f"{{{_SVG}}}"

ET.register_namespace("", _SVG)
ET.register_namespace("xlink", _XLINK)


def finish(drawn: bytes | str, picture: GraphPicture, theme: Theme = "light") -> str:
    """Return the engine's SVG with role, title, description, focusable nodes and a theme.

    A node is `<g id="n0" class="node" tabindex="0">`, an edge with all its parts
    `<g id="e0" class="edge">`. The theme "auto" follows the reader's setting
    (`prefers-color-scheme`), or an attribute `data-theme="dark"` on the root.

    Raises EngineError if a node or an edge of the picture was not drawn.
    """
    return ET.tostring(finished(drawn, picture, theme), encoding="unicode")


def finished(drawn: bytes | str, picture: GraphPicture, theme: Theme = "light") -> ET.Element:
    """Return the same as an element tree, for further changes."""
    root = ET.fromstring(drawn)  # noqa: S314 - our own child process wrote it
    elements = {e.get("id", ""): e for e in root.iter(f"{_TAG}g")}
    wanted = [node.id for node in picture.nodes]
    wanted += [edge.id for edge in picture.edges]
    wanted += [group.id for group in picture.groups]
    lost = [id for id in wanted if id not in elements]
    if lost:
        raise EngineError(f"the layout engine lost {len(lost)} parts: {', '.join(lost[:8])}")
    sentences = node_sentences(picture)
    names = {node.id: node.name or node.value for node in picture.nodes}
    for node in picture.nodes:
        element = elements[node.id]
        element.set("class", f"node {node.kind}")
        element.set("tabindex", "0")
        element.set("role", "img")
        _tell(element, sentences[node.id])
    _join_edges(root, picture, elements, names)
    for group in picture.groups:
        elements[group.id].set("class", "group")
        _tell(elements[group.id], f"{group.name} {group.caption}".strip())
    _raise_titles(root, [elements[group.id] for group in picture.groups])
    _hatch(root)
    _describe_root(root, picture, theme)
    if theme == "auto":
        _mark_colors(root)
    _style(root, theme)
    return root


def as_text(element: ET.Element) -> str:
    """Return a tree of our own elements as text, in half the time of `ET.tostring`.

    That is possible because all our elements are SVG, and no attribute has another namespace.
    """
    parts: list[str] = []
    _write(element, parts, f' xmlns="{_SVG}"')
    return "".join(parts)


def _write(element: ET.Element, parts: list[str], more: str = "") -> None:
    tag = element.tag[len(_TAG) :]
    parts.append(f"<{tag}{more}")
    for name, value in element.items():
        if "&" in value or "<" in value or '"' in value or "\n" in value:
            value = escape(value).replace("\n", "&#10;")
        parts.append(f' {name}="{value}"')
    if not len(element) and not element.text:
        parts.append("/>")
        return
    parts.append(">")
    if element.text:
        parts.append(escape(element.text, quote=False))
    for child in element:
        _write(child, parts)
        if child.tail:
            parts.append(escape(child.tail, quote=False))
    parts.append(f"</{tag}>")


def in_theme(svg: str, theme: Theme) -> str:
    """Make an SVG in our light colours follow the page's theme, if the theme is "auto"."""
    if theme != "auto":
        return svg
    root = ET.fromstring(svg)  # noqa: S314 - it is our own
    root.set("class", "chainrule")
    root.set("data-theme", theme)
    _mark_colors(root)
    _style(root, theme)
    return ET.tostring(root, encoding="unicode")


def _tell(element: ET.Element, text: str) -> None:
    """Give an element its tooltip, which is also its name to a screen reader."""
    text = clean(text, 600)
    title = element.find(f"{_TAG}title")
    if title is None:
        title = ET.Element(f"{_TAG}title")
        element.insert(0, title)
    title.text = text
    element.set("aria-label", text)


def _join_edges(
    root: ET.Element,
    picture: GraphPicture,
    elements: Mapping[str, ET.Element],
    names: Mapping[str, str],
) -> None:
    """Put the parts of each edge (line, text, line, tag) into one element."""
    parents = {child: parent for parent in root.iter() for child in parent}
    for edge in picture.edges:
        element = elements[edge.id]
        element.set("class", "edge")
        element.attrib.pop("role", None)
        for part in ("text", "tail", "tag"):
            piece = elements.get(f"{edge.id}-{part}")
            if piece is not None:
                parents[piece].remove(piece)
                piece.set("class", f"edge-{part}")
                old = piece.find(f"{_TAG}title")
                if old is not None:
                    piece.remove(old)
                element.append(piece)
        _tell(element, _edge_sentence(edge, names))
        if edge.weight is not None and not edge.numbered:  # shown when its neuron is selected
            told = "not computed" if edge.weight.gradient.state == "unset" else None
            element.set("data-weight", clean(edge.weight.value))
            element.set("data-gradient", clean(told or f"grad {edge.weight.gradient.text}"))


def _edge_sentence(edge: PictureEdge, names: Mapping[str, str]) -> str:
    sentence = f"{names[edge.source]} → {names[edge.target]}"
    if edge.count > 1:
        sentence += f", {edge.count} edges"
    if edge.weight is not None:
        sentence += f", weight {weight_sentence(edge.weight)}"
    sent = edge.contribution
    if sent is None:
        return f"{sentence}, no gradient flows here"
    if edge.text:
        return f"{sentence}, gradient back: {edge.text}"
    told = "not computed" if sent.state == "unset" else sent.text
    return f"{sentence}, gradient back: {told}"


def _raise_titles(root: ET.Element, groups: list[ET.Element]) -> None:
    """Raise the titles of boxes above the lines that cross them, outlined in the box's fill.

    The engine routes lines around nodes, but through the titles of boxes.
    """
    graph = root.find(f"{_TAG}g")
    if graph is None:
        return
    for group in groups:
        background = group.find(f"{_TAG}path")
        raised = ET.SubElement(graph, f"{_TAG}g", {"class": "group-title", "aria-hidden": "true"})
        for text in group.findall(f"{_TAG}text"):
            group.remove(text)
            raised.append(text)
            if background is not None:
                text.set("stroke", background.get("fill", "none"))


def _hatch(root: ET.Element) -> None:
    """Hatch whatever is filled with the colour of non-finite numbers."""
    for colors in (LIGHT, DARK):
        broken = [e for e in root.iter() if e.get("fill", "").lower() == colors["broken"]]
        if not broken:
            continue
        defs = ET.Element(f"{_TAG}defs")
        pattern = ET.SubElement(
            defs,
            f"{_TAG}pattern",
            {"id": "hatch", "width": "7", "height": "7", "patternUnits": "userSpaceOnUse"},
        )
        pattern.set("patternTransform", "rotate(45)")
        ET.SubElement(
            pattern, f"{_TAG}rect", {"width": "7", "height": "7", "fill": colors["broken"]}
        )
        line = {"x1": "1", "x2": "1", "y2": "7", "stroke": colors["broken-line"]}
        ET.SubElement(pattern, f"{_TAG}line", {**line, "stroke-opacity": "0.35"})
        for element in broken:
            element.set("fill", "url(#hatch)")
        root.insert(0, defs)


def _describe_root(root: ET.Element, picture: GraphPicture, theme: Theme) -> None:
    for text in [e for e in root if e.tag in (f"{_TAG}title", f"{_TAG}desc")]:
        root.remove(text)
    name = hashlib.sha256(picture.description.encode("utf-8", "replace")).hexdigest()[:8]
    title, desc = ET.Element(f"{_TAG}title"), ET.Element(f"{_TAG}desc")
    title.text, title.attrib["id"] = clean(picture.title, 200), f"title-{name}"
    desc.text, desc.attrib["id"] = clean(picture.description, 4000), f"desc-{name}"
    root.insert(0, title)
    root.insert(1, desc)
    root.set("role", "graphics-document document")
    root.set("aria-labelledby", f"title-{name}")
    root.set("aria-describedby", f"desc-{name}")
    root.set("class", "chainrule")
    root.set("data-theme", theme)
    inner = root.find(f"{_TAG}g")
    if inner is not None:  # the engine's own "graph" group adds nothing useful
        old = inner.find(f"{_TAG}title")
        if old is not None:
            inner.remove(old)


def _mark_colors(root: ET.Element) -> None:
    """Mark the role of each colour, so that a style sheet can replace it."""
    roles = {color: role for role, color in LIGHT.items()}
    roles |= {"black": "text", "white": "page"}
    for element in root.iter():
        for attribute, prefix in (("fill", "f"), ("stroke", "s")):
            role = roles.get(element.get(attribute, "").lower())
            if role is not None:
                classes = element.get("class", "")
                element.set("class", f"{classes} {prefix}-{role}".strip())


def _style(root: ET.Element, theme: Theme) -> None:
    focus = DARK["focus"] if theme == "dark" else LIGHT["focus"]
    rules = [
        # Linear metrics, as the engine measures: hinted text would outgrow its box.
        "svg.chainrule{max-width:100%;height:auto;text-rendering:geometricPrecision}",
        "svg.chainrule .group-title{pointer-events:none}",
        "svg.chainrule .group-title text{stroke-width:5px;paint-order:stroke}",
        f"svg.chainrule [tabindex]:focus{{outline:3px solid {focus};outline-offset:2px}}",
    ]
    if theme == "auto":
        used = {c for e in root.iter() for c in e.get("class", "").split() if c[1:2] == "-"}
        dark = [
            f"{{}} .{name}{{{{{'fill' if name[0] == 'f' else 'stroke'}:{DARK[name[2:]]}}}}}"
            for name in sorted(used)
        ]
        named = "".join(rule.format("svg.chainrule[data-theme=dark]") for rule in dark)
        auto = "".join(rule.format("svg.chainrule[data-theme=auto]") for rule in dark)
        rules += [named, f"@media (prefers-color-scheme:dark){{{auto}}}"]
    style = ET.Element(f"{_TAG}style")
    style.text = "".join(rules)
    root.insert(2, style)
