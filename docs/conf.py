"""The documentation as a site: ``make docs``."""

from __future__ import annotations

from armsledger.version import VERSION

project = "armsledger"
author = "The armsledger authors"
copyright = author
release = version = VERSION
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns: list[str] = []
suppress_warnings = ["misc.highlighting_failure"]  # a sheet in CSV has no lexer of its own
html_theme = "furo"
html_title = f"armsledger {VERSION}"
html_show_copyright = False
html_copy_source = False
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
