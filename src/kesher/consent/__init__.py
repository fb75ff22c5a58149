"""What a person permits: topics and the ledger of consents."""
