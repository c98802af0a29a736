"""Search: from a text to the streams and entries that hold it, at any date and belief date."""
