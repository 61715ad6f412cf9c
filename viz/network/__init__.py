"""A model as its neurons, and the weights between them."""

from viz.network.picture import NetworkPicture, network

__all__ = ["NetworkPicture", "network"]
