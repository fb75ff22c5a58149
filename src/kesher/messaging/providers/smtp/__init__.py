"""Handing e-mail over by SMTP: pooled, pipelined connections (RFC 5321, 2920), one event loop."""
