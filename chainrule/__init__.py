"""The command line: expressions drawn, explained and checked without writing a program.

It stands above the packages and joins them: `nn` and `viz` do not know each other, and neither
knows this. The engine itself is imported as `autograd`, `nn` and `viz`.
"""

__all__: list[str] = []
