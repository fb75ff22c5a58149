"""What happened: the collector, the hot log, its summary, and the lake."""
