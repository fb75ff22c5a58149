"""Calls to the outside: reserved by the tick, performed by a worker of the jobs process, answered as events."""
