"""Write the pages for people who come from elsewhere: `python docs/coming_from.py`.

Each row is one thing to do, as it is written there and as it is written here. Both are Python
that ends in a number (or an array); tests/test_coming_from.py runs them, ours always and theirs
where it is installed, and compares. The pages show what is written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One equivalent. `theirs` and `ours` are lines of Python; the last is an expression."""

    what: str
    theirs: str
    ours: str
    note: str = ""


@dataclass(frozen=True)
class Page:
    """One page: where people come from, what stands at its top, its rows."""

    name: str
    package: str
    theirs: str  # what their code needs before its first line
    intro: str
    rows: tuple[Row, ...]
    ours: str = "import numpy as np\nimport autograd\nimport nn\nfrom autograd import Tensor, Value"


MICROGRAD = Page(
    "micrograd",
    "micrograd",
    "from micrograd.engine import Value\nfrom micrograd.nn import MLP, Neuron\nimport random",
    "The same idea, a `Value` that remembers. Replace the class by `from autograd import Value`.",
    (
        Row(
            "a number, a graph, its gradient",
            "a = Value(-4.0)\nb = Value(2.0)\nc = a * b + b**3\nc.backward()\na.grad",
            'a = Value(-4.0, label="a")\nb = Value(2.0, label="b")\n'
            "c = a * b + b**3\nc.backward()\na.grad",
        ),
        Row("the number itself", "Value(3.0).data", "Value(3.0).item()", "`.data` works too"),
        Row(
            "relu",
            "x = Value(2.0)\nx.relu().backward()\nx.grad",
            "x = Value(2.0)\nx.relu().backward()\nx.grad",
            "at 0 both have slope 0",
        ),
        Row(
            "tanh, exp, log",
            "import math\nmath.tanh(0.5)",
            "Value(0.5).tanh().data",
            "the lecture's class has tanh and exp, the package does not; here are some fifty",
        ),
        Row(
            "gradients back to 0",
            "x = Value(2.0)\n(x * x).backward()\nx.grad = 0\nx.grad",
            "x = Value(2.0)\n(x * x).backward()\nx.zero_grad()\nx.grad",
            "`has_grad` says whether a pass has come by",
        ),
        Row(
            "the operands of a node",
            "a, b = Value(2.0), Value(3.0)\nlen((a * b)._prev)",
            "a, b = Value(2.0), Value(3.0)\nlen((a * b).inputs)",
            "in order; `a + a` has two",
        ),
        Row(
            "one node's gradient, passed on by hand",
            "a = Value(3.0)\nb = a * 2.0\nb.grad = 1.0\nb._backward()\na.grad",
            "a = Value(3.0)\nb = a * 2.0\nb.grad = 1.0\nb.pass_on()\na.grad",
            "`_backward` is there too; `_prev` and `_op` as well",
        ),
        Row(
            "a step of gradient descent",
            "p = Value(1.0)\n(p * p).backward()\np.data += -0.1 * p.grad\np.data",
            "p = Value(1.0)\n(p * p).backward()\np.data += -0.1 * p.grad\np.data",
            "or `nn.SGD([p], lr=0.1).step()`",
        ),
        Row(
            "how many parameters a network has",
            "len(MLP(3, [4, 4, 1]).parameters())",
            "sum(np.size(p) for p in nn.MLP(3, [4, 4], 1).parameters())",
            "an array counts as one parameter here, as in PyTorch",
        ),
    ),
)

PYTORCH = Page(
    "PyTorch",
    "torch",
    "import torch\nimport torch.nn.functional as F\ntorch.set_default_dtype(torch.float64)",
    "Names, defaults and conventions are PyTorch's where it has one. There is no `requires_grad`:\n"
    "plain numbers and arrays are constants, `Tensor` and `Value` are variables.",
    (
        Row(
            "a variable and its gradient",
            "w = torch.tensor([1.0, 2.0], requires_grad=True)\n(w**2).sum().backward()\nw.grad",
            "w = Tensor([1.0, 2.0])\n(w**2).sum().backward()\nw.grad",
        ),
        Row(
            "a constant",
            "torch.tensor([1.0, 2.0]).sum()",
            "np.array([1.0, 2.0]).sum()",
            "NumPy's arrays as they are",
        ),
        Row(
            "cut the graph",
            "w = torch.tensor(2.0, requires_grad=True)\ny = w * w.detach()\ny.backward()\nw.grad",
            "w = Value(2.0)\ny = w * w.detach()\ny.backward()\nw.grad",
        ),
        Row(
            "gradients without `backward`",
            "x = torch.tensor(3.0, requires_grad=True)\ntorch.autograd.grad(x**3, x)[0]",
            "autograd.grad(lambda x: x**3)(3.0)",
        ),
        Row(
            "second derivative",
            "x = torch.tensor(3.0, requires_grad=True)\n"
            "(g,) = torch.autograd.grad(x**3, x, create_graph=True)\n"
            "torch.autograd.grad(g, x)[0]",
            "autograd.grad(autograd.grad(lambda x: x**3))(3.0)",
        ),
        Row(
            "Jacobian",
            "torch.autograd.functional.jacobian(lambda x: x**2, torch.tensor([1.0, 2.0]))",
            "autograd.jacobian(lambda x: x**2)(np.array([1.0, 2.0]))",
        ),
        Row(
            "softmax",
            "torch.softmax(torch.tensor([1.0, 2.0, 3.0]), dim=0)",
            "nn.softmax(np.array([1.0, 2.0, 3.0]), axis=0)",
            "`axis` for `dim`",
        ),
        Row(
            "cross-entropy of logits",
            "F.cross_entropy(torch.tensor([[1.0, 2.0]]), torch.tensor([1]))",
            "nn.cross_entropy(np.array([[1.0, 2.0]]), np.array([1]))",
        ),
        Row(
            "binary cross-entropy of a logit",
            "F.binary_cross_entropy_with_logits(torch.tensor(0.3), torch.tensor(1.0))",
            "nn.binary_cross_entropy_with_logits(0.3, 1.0)",
        ),
        Row(
            "mean squared error",
            "F.mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([0.0, 0.0]))",
            "nn.mse_loss(np.array([1.0, 2.0]), np.array([0.0, 0.0]))",
        ),
        Row(
            "a linear layer",
            "layer = torch.nn.Linear(3, 2)\nlayer.weight.shape[0] * layer.weight.shape[1]",
            "layer = nn.Linear(3, 2)\nlayer.weight.shape[0] * layer.weight.shape[1]",
            "the weight is (in, out): `x @ W + b`, without the transpose",
        ),
        Row(
            "an optimiser",
            "p = torch.tensor([1.0], requires_grad=True)\n"
            "optimizer = torch.optim.Adam([p], lr=0.1)\n"
            "(p**2).sum().backward()\noptimizer.step()\np",
            "p = Tensor([1.0])\noptimizer = nn.Adam([p], lr=0.1)\n"
            "(p**2).sum().backward()\noptimizer.step()\np",
        ),
        Row(
            "no recording",
            "w = torch.tensor(2.0, requires_grad=True)\n"
            "with torch.no_grad():\n    y = w * 3\nfloat(y)",
            "w = Value(2.0)\nwith autograd.no_grad():\n    y = w * 3\ny.item()",
        ),
        Row(
            "clip the norm of gradients",
            "p = torch.tensor([3.0, 4.0], requires_grad=True)\n(p**2).sum().backward()\n"
            "torch.nn.utils.clip_grad_norm_([p], 1.0)",
            "p = Tensor([3.0, 4.0])\n(p**2).sum().backward()\nnn.clip_grad_norm_([p], 1.0)",
        ),
    ),
)

JAX = Page(
    "JAX",
    "jax",
    'import jax\nimport jax.numpy as jnp\njax.config.update("jax_enable_x64", True)',
    "`grad`, `value_and_grad`, `jacobian`, `hessian`, `jvp` have JAX's names and take functions.\n"
    "`trace` is what `jit` is there: the function recorded once, replayed as a program.",
    (
        Row("gradient", "jax.grad(jnp.tanh)(0.5)", "autograd.grad(autograd.tanh)(0.5)"),
        Row(
            "value and gradient",
            "jax.value_and_grad(lambda x: x**2)(3.0)[1]",
            "autograd.value_and_grad(lambda x: x**2)(3.0)[1]",
        ),
        Row(
            "gradient of the second argument",
            "jax.grad(lambda x, y: x * y**2, argnums=1)(2.0, 3.0)",
            "autograd.grad(lambda x, y: x * y**2, argnum=1)(2.0, 3.0)",
            "several: a tuple of them",
        ),
        Row(
            "Jacobian",
            "jax.jacobian(lambda x: x**2)(jnp.array([1.0, 2.0]))",
            "autograd.jacobian(lambda x: x**2)(np.array([1.0, 2.0]))",
        ),
        Row(
            "Hessian",
            "jax.hessian(lambda x: (x**3).sum())(jnp.array([1.0, 2.0]))",
            "autograd.hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))",
        ),
        Row(
            "forward mode",
            "jax.jvp(jnp.sin, (0.5,), (1.0,))[1]",
            "autograd.jvp(autograd.sin, (0.5,), (1.0,))[1]",
        ),
        Row(
            "compiled",
            "jax.jit(lambda x: jnp.exp(x).sum())(jnp.array([0.0, 1.0]))",
            "autograd.trace(lambda x: autograd.exp(x).sum())(np.array([0.0, 1.0])).data",
            "`.source` shows the program",
        ),
        Row(
            "logsumexp",
            "jax.scipy.special.logsumexp(jnp.array([1.0, 2.0]))",
            "autograd.logsumexp(np.array([1.0, 2.0]))",
        ),
        Row("where", "jnp.where(2.0 > 1.0, 5.0, 7.0)", "autograd.where(2.0 > 1.0, 5.0, 7.0)"),
        Row(
            "stop a gradient",
            "jax.grad(lambda x: x * jax.lax.stop_gradient(x))(2.0)",
            "autograd.grad(lambda x: x * x.detach())(2.0)",
        ),
    ),
)

HIPS = Page(
    "HIPS autograd",
    "autograd.numpy.numpy_vjps",
    "import autograd.numpy as np\nfrom autograd import grad, hessian, jacobian, value_and_grad",
    "NumPy's own functions are differentiated, as there; no `autograd.numpy` is needed. The two\n"
    "packages cannot live in one environment: both are imported as `autograd`.",
    (
        Row("gradient", "grad(np.tanh)(0.5)", "autograd.grad(np.tanh)(0.5)"),
        Row(
            "of a function of an array",
            "grad(lambda w: np.sum(w**2))(np.array([1.0, 2.0]))",
            "autograd.grad(lambda w: np.sum(w**2))(np.array([1.0, 2.0]))",
        ),
        Row(
            "value and gradient",
            "value_and_grad(lambda x: x**2)(3.0)[1]",
            "autograd.value_and_grad(lambda x: x**2)(3.0)[1]",
        ),
        Row(
            "Jacobian",
            "jacobian(lambda x: x**2)(np.array([1.0, 2.0]))",
            "autograd.jacobian(lambda x: x**2)(np.array([1.0, 2.0]))",
        ),
        Row(
            "Hessian",
            "hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))",
            "autograd.hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))",
        ),
        Row(
            "of a gradient",
            "grad(grad(np.sin))(0.5)",
            "autograd.grad(autograd.grad(np.sin))(0.5)",
        ),
        Row(
            "an array of several results",
            "grad(lambda x: np.sum(np.array([x[0] * x[1], x[0]]) ** 2))(np.array([1.0, 2.0]))",
            "autograd.grad(lambda x: np.sum(autograd.stack([x[0] * x[1], x[0]]) ** 2))("
            "np.array([1.0, 2.0]))",
            "NumPy does not ask who is in a list, so `np.array` of Tensors is refused",
        ),
        Row(
            "linear algebra",
            "grad(np.linalg.det)(np.array([[2.0, 1.0], [0.5, 3.0]]))",
            "autograd.grad(np.linalg.det)(np.array([[2.0, 1.0], [0.5, 3.0]]))",
            "on arrays of `Value`s NumPy cannot ask: there it is `autograd.linalg.det`",
        ),
        Row(
            "of parameters in a dict",
            'grad(lambda p: p["w"] * p["b"])({"w": 2.0, "b": 3.0})["w"]',
            'autograd.grad(lambda p: p["w"] * p["b"])({"w": 2.0, "b": 3.0})["w"]',
        ),
        Row(
            "a primitive of one's own",
            "from autograd.extend import primitive, defvjp\n"
            "cube = primitive(lambda x: x**3)\n"
            "defvjp(cube, lambda z, x: lambda g: g * 3 * x**2)\ngrad(cube)(2.0)",
            'cube = autograd.elementwise("cubed_here", lambda x: x * x * x, '
            "d=[lambda z, x: 3 * x**2])\nautograd.grad(cube)(2.0)",
            "the local derivative alone; gradients of every order, LaTeX and pictures follow",
        ),
    ),
)

PAGES = (MICROGRAD, PYTORCH, JAX, HIPS)


def page(of: Page) -> str:
    """Return one page as Markdown."""
    parts = [f"# Coming from {of.name}\n\n{of.intro}\n"]
    parts.append("*Written by [`coming_from.py`](coming_from.py); every row is run by a test.*\n")
    parts.append("Before the first line, there and here:\n")
    parts.append(f"```python\n{of.theirs}\n```\n\n```python\n{of.ours}\n```\n")
    for row in of.rows:
        parts.append(f"## {row.what[0].upper()}{row.what[1:]}\n")
        parts.append(f"```python\n{row.theirs}\n```\n\n```python\n{row.ours}\n```\n")
        if row.note:
            parts.append(f"{row.note[0].upper()}{row.note[1:]}.\n")
    return "\n".join(parts)


def file_of(of: Page) -> Path:
    """Return the file of a page."""
    return HERE / f"from_{of.name.split()[0].lower()}.md"


if __name__ == "__main__":
    for one in PAGES:
        file_of(one).write_text(page(one), encoding="utf-8")
