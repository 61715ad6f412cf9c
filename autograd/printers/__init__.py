"""Printers: a symbolic expression as text, one small file for each target."""
