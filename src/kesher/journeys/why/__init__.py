"""Why somebody got a message, or did not: the recorded chain of facts, for every person."""
