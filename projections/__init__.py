"""Projections: pure functions from what is believed of a stream to rows, and rows as tables."""
