"""Public pages: tracking, unsubscribe, preferences, the captured mailbox and the front door; no login anywhere."""
