"""The demo's shop: a page that carries the tracker like any customer's shop would. Only mounted with KESHER_DEMO=1."""
