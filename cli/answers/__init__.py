"""What commands answer, in words: states, replays, comparisons, and what was recorded or exported."""
