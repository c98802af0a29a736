"""The pure domain: value types, events, aggregates and what is believed of them at a date."""
