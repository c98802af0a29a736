"""Statements of the wider catalogue, for exports of them in any order."""

from __future__ import annotations

from tests.domain.specification import said

WIDE = [
    said("opened", on="2014", supplier=["FRA", "ITA"], buyer=["NLD", "BEL"], source="tass"),
    said("pledged", on="2015-01", by=["NLD", "BEL"], items=["NH90"], value=["EUR 1bn", "USD 1.1bn"]),
    said("pledge-withdrawn", on="2015-03-01", by="BEL"),
    said("approval-denied", on="2015-04-01", authority="DGA"),
    said("contract-signed", on="2016-02-01", value=["EUR 5bn-6bn", "~USD 6bn"], until="2026-01-01", effective="2016"),
    said(
        "amended", on="2017-02-01", value=["EUR 4bn", "USD 5bn"], items=[{"designation": "NH90", "quantity": "9 units"}]
    ),
    said("milestone-reached", on="2017-05-01", milestone="first-flight"),
    said("tranche-paid", on="2018-05-01", amount="EUR 1bn", covers=["india-s300"], payer="NLD"),
    said("delivered", on="2018-06", quantity="2 units", by="ITA", to="UKR"),
    said("transferred-onward", on="2019", to="POL", quantity="1 unit", so_far=True),
    said("linked", on="2019-01-01", to="deal/india-s300", relation="part-of"),
    said("linked", on="2019-01-02", to="deal/india-s300", relation="succeeds"),
    said("linked", on="2019-02-01", to="deal/india-s300", relation="part-of", source="tass"),
    said("unlinked", on="2020-01-01", to="deal/india-s300", relation="part-of"),
    said("claim-filed", on="2020-05-01", by="NLD", against="FRA", forum="ICC"),
    said("terminated", on="2021-05-01", by=["NLD", "BEL"]),
    said("completed", on="2022-05-01"),
]
"""One of each kind of statement that has fields of several parties, amounts or streams."""
