"""What a page shows, a part a file."""
