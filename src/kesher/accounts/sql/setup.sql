-- name: hold_setup
-- Two people who set up at the same moment come one after the other, so that the second finds the first one's owner.
-- An advisory lock until the end of the transaction; there is no row yet that could be locked.
SELECT pg_advisory_xact_lock(hashtext('kesher setup'))
