"""How marks look: one meaning a class. A page carries this style once; a drawing that stands alone has it inside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from armsledger.charts.elements import Svg, element, joined, path, rect

LIGHT: Final[Mapping[str, str]] = {
    "bg": "#f7f5f0",
    "card": "#fffefb",
    "ink": "#17212e",
    "mute": "#545d69",
    "rule": "#d8d3c7",
    "soft": "#ebe7dd",
    "fc": "#1c5fa6",
    "fcw": "#e3edf7",
    "late": "#b23c0a",
    "con": "#7d5200",
}
DARK: Final[Mapping[str, str]] = {
    "bg": "#10151c",
    "card": "#171e27",
    "ink": "#e9edf2",
    "mute": "#a6b0bc",
    "rule": "#333d49",
    "soft": "#222b36",
    "fc": "#84bdff",
    "fcw": "#16253a",
    "late": "#ff9d6e",
    "con": "#f2c766",
}
"""The colours by the names of their variables: ink for facts, ``fc`` and ``fcw`` for forecasts and their ground,
``late`` for what is late and ``con`` for what sources dispute."""
FONTS: Final = (
    "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', 'Noto Sans', 'DejaVu Sans', Verdana, "
    "FreeSans, sans-serif"
)
"""Among them are the fonts that machines with few fonts have, as some programs know none by the name ``sans-serif``."""
HATCH: Final = "h"
"""The id of the one pattern. A page defines it once, and a drawing that stands alone defines its own."""

MARKS: Final = """\
text{fill:var(--ink);font-size:12.5px;font-variant-numeric:tabular-nums}
.m{fill:var(--mute)}.fcx{fill:var(--fc)}.ltx{fill:var(--late)}.cx{fill:var(--con);font-weight:700}
.b7{font-weight:700}.lt{font-size:14px}
.halo{paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}
.gr{stroke:var(--rule);stroke-width:1;fill:none}.ax{stroke:var(--ink);stroke-width:1;fill:none}
.ground{fill:var(--bg);fill-opacity:.88}
.wash{fill:var(--fcw);fill-opacity:.78}.past{fill:var(--soft)}
.ink{fill:var(--ink)}.unc{fill:url(#h);stroke:var(--ink);stroke-width:1.2}.hat{fill:url(#h)}
.edge{stroke:var(--ink);stroke-width:1.6;fill:none}.apx{stroke-dasharray:2.5 2}
.hol{fill:var(--card);stroke:var(--ink);stroke-width:1.3}
.rv{fill:var(--card);stroke:var(--con);stroke-width:1.3}.rvl{stroke:var(--con);stroke-dasharray:2 3;fill:none}
.ret{fill:none;stroke:var(--mute);stroke-width:1.2;stroke-dasharray:2 2}
.lead{stroke:var(--fc);stroke-width:1;stroke-dasharray:1.2 2.4;fill:none}
.br{stroke:var(--fc);stroke-width:1.8;fill:none}.by{stroke:var(--fc);stroke-width:1;fill:none}.brt{fill:var(--fc)}
.gone .lead,.gone .br,.gone .by{stroke:var(--mute);stroke-dasharray:2 2}.gone .brt{fill:var(--mute)}
.tail{stroke:var(--late);stroke-width:1.8;fill:none}
.end{stroke:var(--late);stroke-width:1.6;fill:var(--card)}
.metband{fill:url(#h);opacity:.4}.off{display:none}
.step{stroke:var(--mute);stroke-width:1.1;fill:none}
.fut rect,.fut path,.fut line{opacity:.3}.fut text{fill:var(--mute)}
.tint{stroke:var(--bg);stroke-width:.8}.t0,.t2,.t4,.t6{fill:var(--ink)}.t1,.t3,.t5{fill:var(--fc)}
.t2,.t3{fill-opacity:.62}.t4,.t5{fill-opacity:.38}.t6{fill-opacity:.2}.t7{fill:var(--card);stroke:var(--mute)}
.dl{stroke:var(--ink);stroke-width:1.5;fill:none}.dlb{fill:var(--ink)}.dlt{fill:var(--card)}
.ref{stroke:var(--mute);stroke-width:1.2;stroke-dasharray:5 3;fill:none}
.sum{stroke:var(--ink);stroke-width:1.8;fill:none}
"""
"""The rules of the marks, for whatever they stand in."""
_VARIABLE: Final = re.compile(r"var\(--([a-z]+)\)")


def hatch() -> Svg:
    """The pattern of what is possible."""
    return element(
        "pattern",
        rect(0, 0, 4.4, 4.4, fill="var(--card)"),
        rect(0, 0, 1.5, 4.4, fill="var(--ink)"),
        id=HATCH,
        width="4.4",
        height="4.4",
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )


def variables(colours: Mapping[str, str]) -> str:
    """The colours as declarations of CSS."""
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())


def page_style() -> str:
    """The rules for a page: they hold within its drawings alone."""
    return "\n".join(_within_svg(rule) for rule in MARKS.splitlines())


def _within_svg(line: str) -> str:
    """Each selector of a line of rules, within a drawing."""
    rules = [rule.partition("{") for rule in line.split("}") if rule]
    return "".join(
        f"{','.join(f'svg {selector}' for selector in selectors.split(','))}{{{body}}}" for selectors, _, body in rules
    )


def inline_style(extra: str = "") -> Svg:
    """The style of a drawing that stands alone, light or dark as who looks at it prefers."""
    return Svg(
        "<style>"
        f":root{{{variables(LIGHT)}background:var(--bg)}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{variables(DARK)}}}}}\n"
        f"{MARKS}{extra}</style>"
    )


def with_colours(svg: str, colours: Mapping[str, str] = LIGHT) -> str:
    """The drawing with colours in place of variables, for programs that know no variables."""
    return _VARIABLE.sub(lambda match: colours[match[1]], svg)


def sample(shape: str) -> Svg:
    """A mark of the legend, 34 pixels wide and 16 high."""
    return joined(*_SAMPLES[shape])


_SAMPLES: Final[Mapping[str, tuple[Svg, ...]]] = {
    "day": (rect(15, 1, 3.6, 14, class_="ink"),),
    "within": (rect(2, 2, 30, 12, class_="unc"),),
    "by": (
        rect(2, 2, 10, 12, class_="hat", opacity="0.3"),
        rect(12, 2, 18, 12, class_="hat"),
        path("M31 1v14", class_="edge"),
    ),
    "about": (rect(14, 2, 6, 12, class_="unc apx"),),
    "hollow": (rect(14.5, 1, 5, 14, class_="hol"),),
    "retracted": (rect(4, 3, 26, 10, class_="ret"),),
    "rival": (rect(4, 4.5, 26, 7, class_="rv"),),
    "forecast": (
        element("circle", cx=3.0, cy=8.0, r=1.8, class_="brt"),
        path("M5 8H16", class_="lead"),
        path("M16 5v6M31 5v6M16 8H31", class_="br"),
    ),
    "met-late": (
        path("M2 5v6M12 5v6M2 8H12", class_="br"),
        path("M13 8H29", class_="tail"),
        rect(28, 5.5, 5, 5, class_="ink"),
    ),
    "overdue": (
        path("M2 5v6M12 5v6M2 8H12", class_="br"),
        path("M13 8H28", class_="tail"),
        element("circle", cx=30.0, cy=8.0, r=2.5, class_="end"),
    ),
    "sum": (path("M2 12H14V5H32", class_="sum"),),
    "sum-possible": (rect(2, 3, 30, 10, class_="hat"),),
    "open-deals": (element("circle", cx=17.0, cy=8.0, r=6.0, class_="ink"),),
    "all-deals": (element("circle", cx=17.0, cy=8.0, r=6.0, class_="hol"),),
    "reference": (path("M2 8H32", class_="ref"),),
}
