"""What the driver found, as a table, a chart, and a file for each release."""

from __future__ import annotations

import json
import platform
import textwrap
from pathlib import Path
from typing import Any

from benchmarks.run import WORKLOADS

RESULTS = Path(__file__).parent / "results"
OURS, OTHERS = "#0072b2", "#b8bec6"  # told apart by lightness too


def table(rows: list[dict[str, Any]], missing: dict[str, str]) -> str:
    """Return the rows as Markdown."""
    lines = [
        "| workload | threads | peer | median | spread | ratio |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['workload']} | {row['threads']} | {row['peer']} | {seconds(row['median'])} "
        f"| {row['spread']:.0%} | {ratio(row)} |"
        for row in rows
    ]
    off = sorted({row["peer"] for row in rows if not row["gc"]})
    collector = f"off in {', '.join(off)}" if off else "on in every peer"
    lines += [
        "",
        f"The garbage collector is {collector}. Spread is the middle half of the samples.",
    ]
    lines += [f"Left out: {name} ({why})." for name, why in missing.items()]
    return "\n".join(lines) + "\n"


def ratio(row: dict[str, Any]) -> str:
    """Say how a row compares with its yardstick."""
    if row["ratio"] is None:
        return ""
    if row["yardstick"] != "NumPy by hand":
        return f"{row['ratio']:,.3g} × {_whose(row['yardstick'])} speed"
    return f"{row['ratio']:.2f} × NumPy's time"


def _whose(yardstick: str) -> str:
    return "micrograd's" if yardstick == "micrograd" else f"the {yardstick}'s"


def _short(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def seconds(s: float) -> str:
    """Write a duration in the unit that fits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if s >= size:
            return f"{s / size:.3g} {unit}"
    return f"{s / 1e-9:.3g} ns"


def save(
    rows: list[dict[str, Any]], missing: dict[str, str], release: str, reached: str = ""
) -> Path:
    """Write the figures of a release, for slides that show how they drift."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{release}.json"
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    path.write_text(
        json.dumps({"release": release, **machine, "rows": rows, "missing": missing}, indent=1)
    )
    goals = f"\n## Goals\n\n{reached}\n" if reached else ""
    (RESULTS / f"{release}.md").write_text(table(rows, missing) + goals)
    return path


def drift(rows: list[dict[str, Any]], release: str) -> str:
    """Say how the ratios have moved since the release before."""
    others = [p for p in RESULTS.glob("*.json") if p.stem != release]
    older = sorted(others, key=lambda p: [int(part) for part in p.stem.split(".")])
    if not older:
        return ""
    before = {
        (r["workload"], r["threads"], r["peer"]): r["ratio"]
        for r in json.loads(older[-1].read_text())["rows"]
    }
    lines = [f"Since {older[-1].stem}:"]
    for row in rows:
        old = before.get((row["workload"], row["threads"], row["peer"]))
        if old and row["ratio"] and row["peer"].startswith("chainrule"):
            lines.append(f"  {row['workload']} {row['peer']}: {old:.3g} → {row['ratio']:.3g}")
    return "\n".join(lines)


def chart(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw the ratios of one thread, slowest first, with the time a step takes."""
    try:
        import matplotlib as mpl
    except ImportError:
        print("no chart: pip install 'chainrule[plots]'")
        return
    mpl.use("svg")
    import matplotlib.pyplot as plt

    wanted = [
        w for w in ("S1", "M1", "T1", "T2", "T3", "T4") if any(r["workload"] == w for r in rows)
    ]
    figure, axes = plt.subplots(2, 3, figsize=(11, 6.4), layout="constrained")
    for ax in axes.flat[len(wanted) :]:
        ax.remove()
    for ax, workload in zip(axes.flat, wanted, strict=False):
        mine = [r for r in rows if r["workload"] == workload and r["threads"] == 1 and r["ratio"]]
        speeds = mine[0]["yardstick"] != "NumPy by hand"
        mine.sort(key=lambda r: r["ratio"], reverse=not speeds)  # the slowest first, at the bottom
        colors = [OURS if r["peer"].startswith("chainrule") else OTHERS for r in mine]
        ratios = [r["ratio"] for r in mine]
        # On a logarithmic scale the length of a bar means something only if it starts at 1.
        left = 1 if speeds else 0
        ax.barh([r["peer"] for r in mine], [r - left for r in ratios], left=left, color=colors)
        labels = [f" {_short(r)} × " + seconds(row["median"]).join("()")
                  for r, row in zip(ratios, mine, strict=True)]  # fmt: skip
        room = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        for place, (r, label) in enumerate(zip(ratios, labels, strict=True)):
            ax.text(max(r, left), place, label, fontsize=8, bbox=room, va="center")
        if speeds:
            ax.set_xscale("log")
            ax.set_xlim(min(1, min(ratios) * 0.8), max(ratios) ** 1.6)
        else:
            ax.set_xlim(0, max(ratios) * 1.45)
            ax.axvline(1, color="black", linewidth=0.8, linestyle=":")
        ax.set_title("\n".join(textwrap.wrap(f"{workload}: {WORKLOADS[workload]}", 40)), fontsize=9)
        ax.set_xlabel(
            f"times {_whose(mine[0]['yardstick'])} speed: more is better"
            if speeds
            else "times NumPy's time: less is better",
            fontsize=8,
        )
        ax.tick_params(labelsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
