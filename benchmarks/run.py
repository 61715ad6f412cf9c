"""The driver: starts each peer in a process of its own and takes their times in turn.

Before anything is timed, the losses of the first three steps are compared; a peer that
computes something else is left out and named. Times are taken in rounds, one sample of each peer
after the other, so that other work on the machine affects all of them equally.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).parent / "peers"
WORKLOADS = {
    "S1": "micrograd's demo step: 100 samples, MLP 2-16-16-1 of scalars",
    "S3": "sum of 10,000 products of scalars",
    "M1": "a GPT of single numbers, one name: 57,587 of them",
    "depth/10": "a chain of 100,000 scalar operations",
    "depth": "a chain of 1,000,000 scalar operations",
    "T1": "MLP 2-16-16-1, batch 32, squared error, SGD, float32",
    "T2": "MLP 784-128-64-10, batch 64, Adam, float32",
    "T3": "MLP 784-1024-1024-10, batch 256, SGD, float32",
    "T4": "mean(sigmoid(x)·tanh(x) + exp(-x²)), 10⁶ float64",
}
#: What the ratios refer to: times as fast as micrograd or the plainest engine, or times as long as
#: NumPy by hand.
YARDSTICK = {
    "S1": "micrograd",
    "S3": "micrograd",
    "M1": "plainest engine",
    "depth": "",
    "depth/10": "",
}
#: Peers in the order of the table: (name, script, arguments, the workloads that it has).
NUMBERS, ARRAYS = "S1 S3 M1", "T1 T2 T3 T4"
PEERS = [
    ("chainrule", "chainrule_peer.py", [], f"{NUMBERS} depth depth/10 {ARRAYS}"),
    ("chainrule, no nn", "chainrule_peer.py", ["--without-nn"], "T1"),
    ("chainrule compiled", "chainrule_peer.py", ["--compiled"], f"{NUMBERS} depth depth/10"),
    ("chainrule traced", "chainrule_peer.py", ["--traced"], f"{NUMBERS} depth depth/10 {ARRAYS}"),
    ("NumPy by hand", "numpy_by_hand.py", [], f"{NUMBERS} {ARRAYS}"),
    ("plain Python", "plain_python.py", [], "S1 S3"),
    ("plainest engine", "plainest_peer.py", [], NUMBERS),
    ("micrograd", "micrograd_peer.py", [], "S1 S3"),
    ("PyTorch", "torch_peer.py", [], f"{NUMBERS} {ARRAYS}"),
    ("PyTorch, 0-d", "torch_peer.py", ["--numbers"], "M1"),
    ("JAX jit", "jax_peer.py", [], ARRAYS),
    ("MyGrad", "mygrad_peer.py", [], "T1 T4"),
    ("HIPS autograd", "hips_peer.py", [], "T1 T4"),
    ("scikit-learn", "sklearn_peer.py", [], "T1 T2"),
]
UNKNOWN = "it does not have this workload"
TARGET = 0.05  # seconds a sample should take at least


class PeerError(Exception):
    """A peer cannot run a workload."""


@dataclass
class Peer:
    """One process, its answers, and the samples taken of it."""

    name: str
    process: subprocess.Popen[str]
    errors: IO[str]
    losses: list[float] = field(default_factory=list)
    repeats: int = 1
    samples: list[float] = field(default_factory=list)
    setup: float = 0.0
    gc: bool = True

    def ask(self, line: str) -> dict[str, Any]:
        """Send a line, and return the answer.

        Raises PeerError if the process has ended or cannot do it; the error says why.
        """
        try:
            print(line, file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        found: dict[str, Any] = json.loads(answer) if answer else {"missing": self._last_words()}
        if "missing" in found:
            raise PeerError(found["missing"])
        return found

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.errors.close()

    def _last_words(self) -> str:
        self.process.wait()
        self.errors.seek(0)
        return (self.errors.read().strip().splitlines() or ["it ended"])[-1][:100]


def start(name: str, script: str, arguments: list[str], python: str, threads: int) -> Peer:
    """Start a peer with a number of threads, set wherever its libraries look for it."""
    # Idle threads sleep, since spinning would take time from the next peer.
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_THREAD_TIMEOUT": "4"}
    if python != sys.executable:
        environment.pop("PYTHONPATH", None)  # there `autograd` is another library
    environment["CHAINRULE_PURE"] = "0" if "--compiled" in arguments else "1"
    for variable in ("OMP", "OPENBLAS", "MKL", "NUMEXPR"):
        environment[f"{variable}_NUM_THREADS"] = str(threads)
    if threads == 1:
        environment["XLA_FLAGS"] = (
            "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
        )
    # Not a pipe, which would fill up and block when nobody reads it. `stop` closes the file.
    errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
    process = subprocess.Popen(
        [python, str(HERE / script), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=environment,
        cwd=HERE,
    )
    if hasattr(os, "sched_setaffinity"):  # on one core, so that no sample includes a move
        cores = sorted(os.sched_getaffinity(0))[:threads]
        os.sched_setaffinity(process.pid, cores)
    return Peer(name, process, errors)


def run(
    workload: str, pythons: dict[str, str], threads: int, rounds: int, target: float = TARGET
) -> tuple[list[Peer], dict[str, str]]:
    """Return the peers with their samples, and which are missing and why."""
    peers: list[Peer] = []
    missing: dict[str, str] = {}
    started: list[Peer] = []

    def each(ask: Callable[[Peer], None]) -> None:
        """Ask each peer; one that cannot answer is left out from then on, and named."""
        for peer in list(peers):
            try:
                ask(peer)
            except PeerError as error:
                peers.remove(peer)
                if str(error) != UNKNOWN:
                    missing[peer.name] = str(error)

    def set_up(peer: Peer) -> None:
        answer = peer.ask(workload)
        peer.losses, peer.setup, peer.gc = answer["losses"], answer["setup"], answer["gc"]

    def choose_repeats(peer: Peer) -> None:
        seconds = peer.ask("time 1")["seconds"]
        peer.repeats = max(1, min(10_000, int(target / max(seconds, 1e-7))))

    def sample(peer: Peer) -> None:
        seconds = peer.ask(f"time {peer.repeats}")["seconds"]
        peer.samples.append(seconds / peer.repeats)

    try:
        for name, script, arguments, workloads in PEERS:
            if workload not in workloads.split():
                continue
            peer = start(name, script, arguments, pythons.get(name, sys.executable), threads)
            started.append(peer)
            peers.append(peer)
        each(set_up)
        peers = agreeing(workload, peers, missing)
        each(choose_repeats)
        for _ in range(rounds):
            each(sample)
    finally:
        for peer in started:
            peer.stop()
    return peers, missing


def agreeing(workload: str, peers: list[Peer], missing: dict[str, str]) -> list[Peer]:
    """Leave out, and name, peers whose losses differ from those of NumPy by hand (or the first)."""
    if not peers:
        return []
    reference = next((p for p in peers if p.name == "NumPy by hand"), peers[0]).losses
    tolerance = 1e-3 if workload in ("T1", "T2", "T3") else 1e-9
    kept = []
    for peer in peers:
        off = max(
            abs(a - b) / max(abs(b), 1e-12) for a, b in zip(peer.losses, reference, strict=True)
        )
        if off <= tolerance:
            kept.append(peer)
        else:
            missing[peer.name] = f"losses {peer.losses} are not {reference}"
    return kept


def summary(workload: str, threads: int, peers: list[Peer]) -> list[dict[str, Any]]:
    """Return a row for each peer: median, spread, and ratio to the yardstick."""
    yardstick = YARDSTICK.get(workload, "NumPy by hand")
    medians = {p.name: statistics.median(p.samples) for p in peers}
    rows = []
    for peer in peers:
        # The ratio is taken round by round: what disturbs a round disturbs both sides of it.
        base = next((p for p in peers if p.name == yardstick), None)
        ratio = None
        if base is not None:
            pairs = zip(peer.samples, base.samples, strict=True)
            each = [b / a if workload in YARDSTICK else a / b for a, b in pairs]
            ratio = statistics.median(each)
        quartiles = statistics.quantiles(peer.samples, n=4) if len(peer.samples) > 1 else [0, 0, 0]
        rows.append(
            {
                "workload": workload,
                "threads": threads,
                "peer": peer.name,
                "median": medians[peer.name],
                "best": min(peer.samples),
                "spread": (quartiles[2] - quartiles[0]) / medians[peer.name],
                "ratio": ratio,
                "yardstick": yardstick,
                "setup": peer.setup,
                "gc": peer.gc,
            }
        )
    return rows
