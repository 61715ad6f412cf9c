"""The printers: symbolic expressions as text, one small file for each target."""
