"""The old name of `autograd.rows.table`; it goes as soon as nothing imports it any more."""

from autograd.rows.table import *  # noqa: F403
