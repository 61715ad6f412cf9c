"""`python -m benchmarks [--quick] [workloads…]`: run, print the table, keep the figures."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from autograd.version import __version__
from benchmarks import fit_cost, goals, report, small_costs
from benchmarks.environments import pythons
from benchmarks.run import WORKLOADS, run, summary


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS), metavar="workload")
    parser.add_argument("--quick", action="store_true", help="under two minutes; nothing is kept")
    parser.add_argument("--rounds", type=int, help="samples of each peer")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--python", action="append", default=[], metavar="PEER=PATH")
    parser.add_argument("--home", type=Path, default=Path(".venv-hips"), help="where HIPS lives")
    options = parser.parse_args()

    rounds = options.rounds or (3 if options.quick else 12)
    names = [w for w in options.workloads if not (options.quick and w.startswith("depth"))]
    found = pythons(options.python, options.home)
    rows, missing = [], {}
    for workload in names:
        # On single numbers no library with threads takes part.
        threads = options.threads if workload.startswith("T") else options.threads[:1]
        for n in threads[:1] if options.quick else threads:
            start = time.perf_counter()
            slow = workload.startswith("depth")
            peers, left_out = run(
                workload, found, n, 3 if slow else rounds, 0.01 if options.quick else 0.05
            )
            missing |= {f"{name} in {workload}": why for name, why in left_out.items()}
            rows += summary(workload, n, peers)
            print(f"\n{workload}: {WORKLOADS[workload]}, {n} thread(s)")
            for row in rows:
                if (row["workload"], row["threads"]) == (workload, n):
                    print(
                        f"  {row['peer']:18} {report.seconds(row['median']):>9} "
                        f"±{row['spread']:4.0%}  {report.ratio(row)}"
                    )
            print(f"  ({time.perf_counter() - start:.0f} s)", flush=True)
    for name, why in missing.items():
        print(f"left out: {name} ({why})")
    alone: dict[str, float] = {}
    if options.workloads == list(WORKLOADS):
        every = (
            small_costs.importing(rounds),
            small_costs.activations(rounds, compiled=False),
            small_costs.activations(rounds, compiled=True),
            small_costs.recording(rounds, compiled=False),
            small_costs.recording(rounds, compiled=True),
        )
        measured = zip(goals.ALONE, every, strict=True)
        alone = {name: ratio for name, ratio in measured if ratio is not None}
        print(f"an epoch of nn.fit: {fit_cost.ratio(rounds):.2f} × the bare loop")
    release = __version__
    print(report.drift(rows, release))
    reached = goals.table(rows, alone)
    print(reached)
    if not options.quick and len(names) == len(WORKLOADS):
        print("wrote", report.save(rows, missing, release, reached))
        report.chart(rows, report.RESULTS / f"{release}.svg")


if __name__ == "__main__":
    main()
