"""The compiled core of single numbers: C sources, what prints their formulas, what builds them."""
