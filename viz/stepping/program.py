"""The program beside the player: its lines, each with the nodes that it made per iteration."""

from __future__ import annotations

from html import escape

from viz.graph.source import source_of
from viz.stepping.story import Story


def program(story: Story) -> str:
    """Return the lines that made a graph as a panel of the player; "" if none were recorded.

    Each line knows its nodes by their positions in the story, in a loop those of each iteration.
    The script lights up a line with its nodes, and the nodes with their line.
    """
    place = {node: i for i, node in enumerate(story.order)}
    items, heading = [], ""
    for line in source_of(story.root):
        title = f"{line.file}, {line.function}"
        if title != heading:
            heading = title
            items.append(f"<li><b>{escape(title)}</b></li>")
        passes = [[str(place[n]) for n in nodes if n in place] for nodes in line.passes]
        made = ";".join(",".join(nodes) for nodes in passes if nodes)
        data = f' data-passes="{made}" tabindex="0"' if made else ""
        items.append(
            f"<li{data}><span>{line.number}</span> <code>{escape(line.code)}</code>"
            f"{'<i></i>' if made else ''}</li>"
        )
    if not items:
        return ""
    return f'<aside id="source" aria-label="The program"><ol>{"".join(items)}</ol></aside>'
