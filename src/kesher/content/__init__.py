"""What a message says: brand kit, templates, variants, rendering."""
