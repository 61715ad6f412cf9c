"""The command line: draw, explain and check expressions without writing a program.

It is above the packages and joins them: `nn` and `viz` do not know each other, and neither knows
this one. The engine itself is imported as `autograd`, `nn` and `viz`.
"""

__all__: list[str] = []
