"""What a reader sees first of a stream: its facts as sentences."""
