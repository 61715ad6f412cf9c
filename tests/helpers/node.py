"""Run JavaScript by node, beside the engine whose numbers it should give."""

import json
import re
import shutil
import subprocess

import pytest

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(not NODE, reason="node runs the JavaScript, and is not here")

#: JSON has no NaN and no inf: this is given to `JSON.stringify`, and `run` reads it back.
WRITTEN = "(_, x) => typeof x === 'number' && !Number.isFinite(x) ? String(x) : x"


def run(script):
    """Return what a script writes, as JSON."""
    done = subprocess.run(
        [NODE, "-"], input=script, capture_output=True, text=True, check=False, timeout=60
    )
    assert not done.stderr, done.stderr[-2000:]
    return json.loads(re.sub(r'"(NaN|-?Infinity)"', r"\1", done.stdout))
