"""How a message leaves: channels, the policy gate, the send ledger, delivery feedback."""
