"""Domains from which a workspace writes: the DNS records that receivers look for, a check of them, and DKIM signing."""
