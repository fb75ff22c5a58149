"""Who the person is: profiles, identifiers, merges and typed traits."""
