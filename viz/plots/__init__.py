"""The plots, one concept a file. They need matplotlib: the extra `plots`."""
