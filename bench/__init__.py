"""Benchmarks: they measure and write down; they never pass or fail."""
