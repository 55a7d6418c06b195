"""ikou."""
