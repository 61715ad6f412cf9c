"""A printer for each target: symbolic expressions as text, one small file a target."""
