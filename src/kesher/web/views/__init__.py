"""What answers at the public addresses."""
