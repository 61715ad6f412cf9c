"""Write a picture for other programs: Mermaid, TikZ, and JSON, which can be read back."""

from viz.formats.json import from_json, schema, to_json
from viz.formats.mermaid_text import mermaid
from viz.formats.tikz_text import tikz

__all__ = ["from_json", "mermaid", "schema", "tikz", "to_json"]
