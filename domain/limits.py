"""How much an entry may hold, and how much a reader of files takes.

Whatever is recorded can be exported in every format, imported again with the same root, proved, summed and shown. So
each limit is what the narrowest of these doors lets through, and says which that is. `armsledger.domain.decisions.size`
checks entries when they are recorded, whoever records them; a reader checks its file before it parses it.

What earlier releases recorded beyond a limit is read, summed and restored as ever.
"""

from __future__ import annotations

from typing import Final

# What an entry holds.

LONGEST_TEXT: Final = 32_767
"""Of one text, in the units of UTF-16: the longest that a cell of a workbook holds."""
ENTRY_BYTES: Final = 131_072
"""Of an entry's fields as JSON in UTF-8. The log as CSV has them in one cell, and Python's reader of CSV takes no
longer one. A line of an export has them twice at most, with escapes, and stays within `LINE_BYTES`."""
MOST_PARTS: Final = 1_000
"""Of one list, such as the items of an order: a page shows each of them, in seconds."""
WHOLE_DIGITS: Final = 18
"""Of an amount, before the point: ten thousand million of such amounts add up to 28 digits, as many as a decimal of
Parquet (38 figures, 10 of them behind the point) has there."""
DECIMAL_PLACES: Final = 10
"""Of an amount or a share, behind the point: those that a decimal of Parquet has."""
COUNT_DIGITS: Final = 12
"""Of a quantity: a million of such counts add up to what 64 bits hold, in Parquet and in databases."""
LONGEST_KEY: Final = 200
"""Of a stream's key or an entry's id: an index of PostgreSQL holds rows of 2,700 bytes."""
LONGEST_PARTY: Final = 200
"""Of the name of a state, company or actor: filters look it up in an index."""
LONGEST_PERSON: Final = 500
"""Of the name of a speaker or recorder: it stands in an index of PostgreSQL by itself."""
LONGEST_UNIT: Final = 200
"""Of what a quantity counts: a line of an order shows it whole."""
LONGEST_UNITS: Final = LONGEST_UNIT + 2
"""Of the same in the plural, as it is shown and read again."""
LONGEST_DATE: Final = 1_000
"""Of a date in EDTF: a list of 80 days is as long."""

# What numbers can be read at all. Earlier releases recorded up to these, so that what they exported is restored.

NUMBER_DIGITS: Final = 24
"""Of an amount, before and behind the point together."""
EARLIER_COUNT_DIGITS: Final = 15
"""Of a quantity."""
LONGEST_NUMBER: Final = 100
"""Of the text of an amount, blanks and words included; a longer one is looked at no further."""
SUM_DIGITS: Final = 100
"""Of the decimals that sums are made with: no sum of numbers of `NUMBER_DIGITS` is rounded."""

# What readers take before they parse.

YAML_BYTES: Final = 32 * 1024 * 1024
"""Of a dossier in YAML, which is held whole, and takes half a second a megabyte to read."""
LINE_BYTES: Final = 16 * 1024 * 1024
"""Of a line of JSONL; whoever writes one entry a line never comes near."""
DEPTH: Final = 32
"""Of lists and mappings within each other; an entry needs three or four levels."""
BRACKETS: Final = 250_000
"""Of one line of JSON; each takes a hundred times the memory of its two characters."""
YAML_VALUES: Final = 5_000_000
"""Of one dossier in YAML."""
ALIASED_VALUES: Final = 500_000
"""That aliases stand for: a line to whoever writes the alias, and memory to whoever reads it."""
MAPPING_BYTES: Final = 4 * 1024 * 1024
"""Of the mapping of a sheet."""
CSV_LINE: Final = 1024 * 1024
"""Of a line of CSV, in characters; a longer one is no row."""
REGISTER_BYTES: Final = 128 * 1024 * 1024
"""Of a file of a register, or of marks in it, which is held whole: ten times all that SIPRI's lists."""
WORKBOOK_BYTES: Final = 64 * 1024 * 1024
"""Of a workbook as a file."""
INFLATED_BYTES: Final = 512 * 1024 * 1024
"""Of all that is packed in a workbook: ten times what SIPRI's whole register takes."""
WORKBOOK_MEMORY_BYTES: Final = 512 * 1024 * 1024
"""That the cells of a workbook take, blank ones included: 32 bytes each, and their texts."""
WORKBOOK_SECONDS: Final = 120
"""Of the processor's time, until the cells of a workbook are read."""
