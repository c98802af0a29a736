"""What pages and charts tell, as plain data."""
