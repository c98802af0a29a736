"""The signs and names of currencies as English texts use them, by their ISO 4217 codes.

A sign that English texts use for one currency is that currency's, whoever else prints it at home (the pound sign, the
won sign). One that they use for several stands for all of these, and is refused with them.
"""

from __future__ import annotations

import re
from typing import Final

CODES_IN_USE: Final = {"RMB": "CNY", "NIS": "ILS", "NTD": "TWD", "YEN": "JPY"}
"""Abbreviations of three letters that people write like codes, and the codes."""

_NAMES: Final = {
    "USD": "us$ u.s.$ us_$ u.s._$ usd$ $us us_dollar u.s._dollar american_dollar united_states_dollar",
    "AUD": "a$ au$ aud$ australian_dollar",
    "CAD": "c$ ca$ can$ cad$ canadian_dollar",
    "NZD": "nz$ new_zealand_dollar",
    "HKD": "hk$ hong_kong_dollar",
    "SGD": "s$ sg$ singapore_dollar singaporean_dollar",
    "TWD": "nt$ taiwan_dollar new_taiwan_dollar taiwanese_dollar",
    "EUR": "\u20ac euro",
    "GBP": "\u00a3 pound_sterling pounds_sterling sterling british_pound uk_pound gb\u00a3 uk\u00a3",
    "INR": "\u20b9 indian_rupee",
    "PKR": "pakistani_rupee pakistan_rupee",
    "LKR": "sri_lankan_rupee sri_lanka_rupee",
    "NPR": "nepalese_rupee nepali_rupee",
    "IDR": "rupiah indonesian_rupiah",
    "RUB": "\u20bd russian_rouble russian_ruble",
    "BYN": "belarusian_rouble belarusian_ruble",
    "SUR": "soviet_rouble soviet_ruble",
    "KRW": "\u20a9 south_korean_won",
    "KPW": "north_korean_won",
    "JPY": "yen japanese_yen jp\u00a5",
    "CNY": "yuan chinese_yuan renminbi chinese_renminbi yuan_renminbi cn\u00a5",
    "BRL": "r$ reais brazilian_real brazilian_reais",
    "ILS": "\u20aa shekel new_shekel israeli_shekel israeli_new_shekel",
    "TRY": "\u20ba turkish_lira turkish_liras",
    "UAH": "\u20b4 hryvnia hryvnya ukrainian_hryvnia",
    "PLN": "z\u0142 zloty z\u0142oty zlotych z\u0142otych polish_zloty polish_z\u0142oty",
    "CZK": "czech_crown czech_koruna k\u010d",
    "SEK": "kronor swedish_krona swedish_kronor swedish_crown",
    "NOK": "norwegian_krone norwegian_kroner norwegian_crown",
    "DKK": "danish_krone danish_kroner danish_crown",
    "CHF": "swiss_franc",
    "HUF": "forint hungarian_forint",
    "RON": "romanian_leu romanian_lei",
    "SAR": "saudi_riyal",
    "QAR": "qatari_riyal",
    "OMR": "omani_rial",
    "IRR": "iranian_rial",
    "AED": "uae_dirham emirati_dirham",
    "MAD": "moroccan_dirham",
    "KWD": "kuwaiti_dinar",
    "IQD": "iraqi_dinar",
    "DZD": "algerian_dinar",
    "JOD": "jordanian_dinar",
    "EGP": "egyptian_pound",
    "ZAR": "rand south_african_rand",
    "THB": "\u0e3f baht thai_baht",
    "VND": "\u20ab dong vietnamese_dong",
    "PHP": "\u20b1 philippine_peso",
    "MYR": "ringgit malaysian_ringgit",
    "KZT": "\u20b8 tenge kazakh_tenge",
    "BDT": "taka bangladeshi_taka",
    "NGN": "\u20a6 naira nigerian_naira",
}
SEVERAL: Final = {
    "$": ("USD", "AUD", "CAD", "another dollar"),
    "dollar": ("USD", "AUD", "CAD", "another dollar"),
    "\u00a5": ("JPY", "CNY"),
    "\uffe5": ("JPY", "CNY"),
    "rs": ("INR", "PKR", "LKR", "NPR", "another rupee"),
    "\u20a8": ("INR", "PKR", "LKR", "NPR", "another rupee"),
    "rupee": ("INR", "PKR", "LKR", "NPR", "another rupee"),
    "rouble": ("RUB", "BYN", "SUR (Soviet Union)"),
    "ruble": ("RUB", "BYN", "SUR (Soviet Union)"),
    "won": ("KRW", "KPW"),
    "korean won": ("KRW", "KPW"),
    "pound": ("GBP", "EGP", "SYP", "another pound"),
    "lira": ("TRY", "ITL (Italy)", "another lira"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "krona": ("SEK", "ISK"),
    "krone": ("NOK", "DKK"),
    "kroner": ("NOK", "DKK"),
    "crown": ("SEK", "NOK", "DKK", "CZK"),
    "koruna": ("CZK", "SKK (Slovakia)"),
    "franc": ("CHF", "FRF (France)", "another franc"),
    "peso": ("MXN", "PHP", "ARS", "another peso"),
    "dinar": ("KWD", "IQD", "DZD", "another dinar"),
    "dirham": ("AED", "MAD"),
    "riyal": ("SAR", "QAR", "YER"),
    "rial": ("IRR", "OMR", "YER"),
    "leu": ("RON", "MDL"),
    "lei": ("RON", "MDL"),
    "mark": ("DEM (Germany)", "FIM (Finland)", "another mark"),
}
"""What names several currencies, and these."""
ONE: Final = {name.replace("_", " "): code for code, names in _NAMES.items() for name in names.split()}
SIGN: Final = "|".join(
    re.escape(name) for name in sorted([*ONE, *SEVERAL], key=len, reverse=True) if not name[-1].isascii() or "$" in name
)
"""What may stand beside a figure without a blank."""


def key_of(name: str) -> str:
    """The form in which a name is looked up: lower case, single blanks, in the singular."""
    key = " ".join(name.lower().split())
    if key in ONE or key in SEVERAL:
        return key
    for ending in (".", "s"):
        shorter = key.removesuffix(ending)
        if shorter in ONE or shorter in SEVERAL:
            return shorter
    return key
