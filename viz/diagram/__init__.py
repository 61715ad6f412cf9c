"""Network diagrams: a model as its neurons and the weights between them."""

from viz.diagram.picture import NetworkPicture, network

__all__ = ["NetworkPicture", "network"]
