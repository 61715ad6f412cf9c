"""The lines between boxes: around what stands in their way, and smooth from point to point."""

from __future__ import annotations

from collections.abc import Sequence

from viz.style.lettering import written

Point = tuple[float, float]
#: left, top, right, bottom
Side = tuple[float, float, float, float]


def out_of(
    column: Sequence[Side], edge: float, point: Point, towards: float, right: bool
) -> list[Point]:
    """Return the points of a line's end: two if it has to leave its column level.

    column: what stands in the column where the line ends, `edge` is its border. Boxes of a column
    are centred, so a wider one is in the way of a line that goes up or down beside a narrower one.
    towards: the height that the line goes to or comes from. right: which side it is on.
    """
    x, y = point
    low, high = min(y, towards), max(y, towards)
    for left, top, end, bottom in column:
        further = end > x + 1 if right else left < x - 1
        if further and top < high and bottom > low and not top <= y <= bottom:
            return [point, (edge, y)] if right else [(edge, y), point]
    return [point]


def smooth(points: Sequence[Point], straight: bool = False, down: bool = False) -> str:
    """Return a path through the points that is level on both sides of each of them.

    straight: for the wires of weights, many of which leave from one point. down: "level" then means
    vertical.
    """
    (x, y), *rest = points
    pieces = [f"M{written(x)} {written(y)}"]
    for to_x, to_y in rest:
        middle = round((y + to_y) / 2 if down else (x + to_x) / 2)
        if straight:
            pieces.append(f"L{written(to_x)} {written(to_y)}")
        elif abs(to_x - x if down else to_y - y) < 0.5:
            if pieces[-1][0] in "HV":
                pieces.pop()  # two level pieces join into one
            pieces.append(f"V{written(to_y)}" if down else f"H{written(to_x)}")
            to_x, to_y = (x, to_y) if down else (to_x, y)
        else:
            bend = ((x, middle), (to_x, middle)) if down else ((middle, y), (middle, to_y))
            numbers = [written(n) for point in (*bend, (to_x, to_y)) for n in point]
            pieces.append(f"C{' '.join(numbers)}")
        x, y = to_x, to_y
    return "".join(pieces)
