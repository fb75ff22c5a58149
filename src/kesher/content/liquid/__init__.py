"""Liquid in a sandbox: no files, no clock, bounded work and size, and filters for two languages."""
