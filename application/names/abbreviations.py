"""Abbreviations of states that are no codes of ISO 3166: who filters by a code loads no other names."""

from __future__ import annotations

from typing import Final

ABBREVIATIONS: Final = {
    "CAR": "CAF",
    "CPR": "CHN",
    "CSSR": "CSK",
    "DD": "DDR",
    "DPRK": "PRK",
    "DRC": "COD",
    "DRV": "VDR",
    "EL": "GRC",
    "FRG": "DEU",
    "FRY": "YUG",
    "FYROM": "MKD",
    "GDR": "DDR",
    "KSA": "SAU",
    "PDRY": "YMD",
    "PRC": "CHN",
    "ROC": "TWN",
    "ROK": "KOR",
    "RVN": "South Vietnam",
    "SFRY": "YUG",
    "SU": "SUN",
    "UAE": "ARE",
    "UK": "GBR",
    "XK": "XKX",
    "YAR": "North Yemen",
    "YU": "YUG",
    "ZR": "ZAR",
}
"""Abbreviations in capitals beside ISO 3166 alpha-2; ``EL`` and ``UK`` are those that the European Union uses."""
