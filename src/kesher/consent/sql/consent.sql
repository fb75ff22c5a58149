-- name: insert_entries
-- Writes history. The people are held against merges until the commit (FOR KEY SHARE in id order), so that no entry is
-- left behind; whoever was merged already is written to where she lives on. A profile of another workspace, an erased
-- one, or none, is left out. Yields the ids, and the survivors of merged ones. Primary keys.
-- relation entries: workspace_id int, profile_id bigint, channel text, topic text, state text, source text, wording text, evidence jsonb, given_at timestamptz
WITH given AS MATERIALIZED (
    SELECT * FROM {entries} e
), held AS MATERIALIZED (
    SELECT p.id, p.workspace_id,
           CASE WHEN p.merged_into_id IS NULL THEN p.id ELSE profiles_home(p.merged_into_id) END AS home_id
    FROM profiles_profile p
    WHERE p.id IN (SELECT profile_id FROM given) AND p.erased_at IS NULL ORDER BY p.id FOR KEY SHARE
), inserted AS (
    INSERT INTO consent_entry (workspace_id, profile_id, origin_profile_id, shard, channel, topic, state, source,
        wording, evidence, given_at, recorded_at)
    SELECT g.workspace_id, h.home_id, g.profile_id, h.home_id %% %(shards)s::int, g.channel, g.topic, g.state, g.source,
        g.wording, g.evidence, g.given_at, %(now)s::timestamptz
    FROM given g JOIN held h ON h.id = g.profile_id AND h.workspace_id = g.workspace_id
    ORDER BY h.home_id, g.channel, g.topic, g.given_at
    RETURNING id
)
SELECT (SELECT array_agg(id) FROM inserted),
    (SELECT array_agg(DISTINCT home_id) FROM held WHERE home_id <> id)

-- name: advance_states
-- The latest entry by given_at, then by id, is what holds; an older one that comes late changes nothing. Row locks on
-- the states in key order; primary keys.
INSERT INTO consent_state (profile_id, channel, topic, workspace_id, shard, state, given_at, entry_id)
SELECT DISTINCT ON (profile_id, channel, topic)
    profile_id, channel, topic, workspace_id, shard, state, given_at, id
FROM consent_entry WHERE id = ANY (%(entries)s::bigint[])
ORDER BY profile_id, channel, topic, given_at DESC, id DESC
ON CONFLICT (profile_id, channel, topic) DO UPDATE
SET state = excluded.state, given_at = excluded.given_at, entry_id = excluded.entry_id
WHERE (consent_state.given_at, consent_state.entry_id) < (excluded.given_at, excluded.entry_id)

-- name: move_entries
-- The history of merged people goes to their winners. The parties are locked. consent_entry_profile_ix.
UPDATE consent_entry e SET profile_id = m.winner_id, shard = m.winner_id %% %(shards)s::int
FROM unnest(%(winners)s::bigint[], %(losers)s::bigint[]) AS m (winner_id, loser_id)
WHERE e.profile_id = m.loser_id

-- name: return_entries
-- A merge undone: what came from the loser, and from those merged into her before, goes back. consent_entry_profile_ix.
-- relation origins: profile_id bigint
UPDATE consent_entry e SET profile_id = %(loser_id)s::bigint, shard = %(loser_id)s::bigint %% %(shards)s::int
WHERE e.profile_id = %(winner_id)s::bigint AND e.origin_profile_id IN (SELECT profile_id FROM {origins} o)

-- name: delete_states
-- What held for people whose history moved, before it is derived anew. Primary key.
DELETE FROM consent_state WHERE profile_id = ANY (%(profiles)s::bigint[])

-- name: derive_states
-- What holds, from the whole history of a few people. The profiles are locked. consent_entry_profile_ix.
INSERT INTO consent_state (profile_id, channel, topic, workspace_id, shard, state, given_at, entry_id)
SELECT DISTINCT ON (profile_id, channel, topic)
    profile_id, channel, topic, workspace_id, shard, state, given_at, id
FROM consent_entry WHERE profile_id = ANY (%(profiles)s::bigint[])
ORDER BY profile_id, channel, topic, given_at DESC, id DESC

-- name: read_states
-- What holds for a set of people. Primary key.
SELECT profile_id, channel, topic, state FROM consent_state WHERE profile_id = ANY (%(profiles)s::bigint[])

-- name: list_entries
-- A person's history of consent, newest first. consent_entry_profile_ix.
SELECT id, channel, topic, state, source, wording, evidence, given_at FROM consent_entry
WHERE workspace_id = %(workspace_id)s::int AND profile_id = %(profile_id)s::bigint
ORDER BY given_at DESC, id DESC
