"""Drawing: plain data in, SVG out."""
