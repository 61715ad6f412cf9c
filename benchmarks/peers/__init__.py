"""One file for each peer. They are run as scripts, by the Python that has the peer."""
