"""Bars and cells: how much is ordered, delivered and paid."""
