"""The plots of the course: how a figure is drawn stands here, and what it shows in the notebook."""
