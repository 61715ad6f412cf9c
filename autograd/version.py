"""The version of chainrule, of which `autograd`, `nn`, `viz` and `chainrule` are parts."""

__version__ = "0.1.0"
