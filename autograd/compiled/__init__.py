"""The compiled core for single numbers: its C sources, how they are printed, how they are built."""
