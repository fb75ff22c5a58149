"""The kinds of providers that come with Kesher: any SMTP server, and the capture mailbox."""
