"""The guided entry: the questions, their order, the dialogue that asks them, and the terminal."""
