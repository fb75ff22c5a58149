-- name: append_events
-- System events. The people are held against merges until the commit (FOR KEY SHARE in id order); whoever was merged
-- already is logged where she lives on; a profile of another workspace, an erased one (but for the erasure
-- itself), or none, is left out. Yields the number, and the survivors of merged ones. The summary counts what people
-- did, not what Kesher did. A message key of the row's own number keeps the index of keys growing at its end. What
-- happened at one moment keeps the relation's order: a reader of the log takes what stands first for what happened
-- first. Primary keys.
-- relation events: workspace_id int, profile_id bigint, name text, occurred_at timestamptz, properties jsonb
WITH given AS MATERIALIZED (
    SELECT g.*, row_number() OVER () AS position FROM {events} g
), held AS MATERIALIZED (
    SELECT p.id, p.workspace_id,
           CASE WHEN p.merged_into_id IS NULL THEN p.id ELSE profiles_home(p.merged_into_id) END AS home_id
    FROM profiles_profile p
    WHERE p.id IN (SELECT profile_id FROM given)
      AND (p.erased_at IS NULL OR p.id IN (SELECT profile_id FROM given WHERE name = 'Profile Erased'))
    ORDER BY p.id FOR KEY SHARE
), inserted AS (
    INSERT INTO events_event (id, workspace_id, shard, profile_id, type, name, message_key, occurred_at, received_at,
        properties, context)
    SELECT n.id, n.workspace_id, n.home_id %% %(shards)s::int, n.home_id, 'system', n.name,
        lpad(to_hex(n.id), 32, '0')::uuid, n.occurred_at, %(now)s::timestamptz, n.properties, '{}'
    FROM (
        SELECT nextval('events_event_id_seq') AS id, o.* FROM (
            SELECT g.workspace_id, h.home_id, g.name, g.occurred_at, g.properties
            FROM given g JOIN held h ON h.id = g.profile_id AND h.workspace_id = g.workspace_id
            ORDER BY g.occurred_at, g.position
        ) AS o
    ) AS n
    RETURNING 1
)
SELECT (SELECT count(*) FROM inserted), (SELECT array_agg(DISTINCT home_id) FROM held WHERE home_id <> id)

-- name: consent_events
-- The system events of new entries of the ledger. Primary key of consent_entry.
SELECT workspace_id, profile_id,
    CASE state WHEN 'granted' THEN 'Consent Given' WHEN 'denied' THEN 'Consent Withdrawn' ELSE 'Consent Requested' END
        AS name,
    given_at AS occurred_at,
    jsonb_build_object('channel', channel, 'topic', topic, 'source', source) AS properties
FROM consent_entry WHERE id = ANY (%(consent_entries)s::bigint[])

-- name: merge_events
-- The system events of merges. No table.
SELECT workspace_id, profile_id, name, %(merge_now)s::timestamptz AS occurred_at,
    jsonb_build_object('winner_id', winner_id, 'loser_id', loser_id, 'merge_id', merge_id, 'reason', reason)
        AS properties
FROM unnest(
    %(merge_workspaces)s::int[], %(merge_profiles)s::bigint[], %(merge_names)s::text[], %(merge_winners)s::bigint[],
    %(merge_losers)s::bigint[], %(merge_ids)s::bigint[], %(merge_reasons)s::text[]
) AS m (workspace_id, profile_id, name, winner_id, loser_id, merge_id, reason)

-- name: move_events
-- The losers' rows of the log go to the winners and remember where they came from; their shard and transaction stay,
-- so that each is read once. The parties are locked. events_event_profile_ix of each partition.
UPDATE events_event e SET profile_id = m.winner_id, origin_profile_id = coalesce(e.origin_profile_id, e.profile_id)
FROM unnest(%(winners)s::bigint[], %(losers)s::bigint[]) AS m (winner_id, loser_id)
WHERE e.profile_id = m.loser_id

-- name: keep_summaries
-- What an undo needs: the losers' summaries, and the winners' of the same names. Parties locked; primary keys.
INSERT INTO events_merged_summary (merge_id, side, name, count, first_at, last_at)
SELECT m.merge_id, side, s.name, s.count, s.first_at, s.last_at
FROM unnest(%(merges)s::bigint[], %(winners)s::bigint[], %(losers)s::bigint[]) AS m (merge_id, winner_id, loser_id)
CROSS JOIN LATERAL (VALUES ('winner', m.winner_id), ('loser', m.loser_id)) AS party (side, profile_id)
JOIN events_summary s ON s.profile_id = party.profile_id
WHERE side = 'loser' OR EXISTS (SELECT FROM events_summary l WHERE l.profile_id = m.loser_id AND l.name = s.name)

-- name: join_summaries
-- The losers' summaries into the winners'. Parties locked; primary key.
WITH gone AS (
    DELETE FROM events_summary s
    USING unnest(%(winners)s::bigint[], %(losers)s::bigint[]) AS m (winner_id, loser_id)
    WHERE s.profile_id = m.loser_id
    RETURNING m.winner_id, s.name, s.workspace_id, s.count, s.first_at, s.last_at
)
INSERT INTO events_summary AS s (profile_id, name, workspace_id, shard, count, first_at, last_at)
SELECT winner_id, name, workspace_id, winner_id %% %(shards)s::int, sum(count), min(first_at), max(last_at)
FROM gone GROUP BY winner_id, name, workspace_id ORDER BY winner_id, name
ON CONFLICT (profile_id, name) DO UPDATE
SET count = s.count + excluded.count, first_at = least(s.first_at, excluded.first_at),
    last_at = greatest(s.last_at, excluded.last_at)

-- name: return_events
-- A merge undone: what came from the loser, and from those merged into her before, goes back. Parties locked.
-- events_event_profile_ix.
-- relation origins: profile_id bigint
UPDATE events_event e
SET profile_id = %(loser_id)s::bigint, origin_profile_id = nullif(e.origin_profile_id, %(loser_id)s::bigint)
WHERE e.profile_id = %(winner_id)s::bigint AND e.origin_profile_id IN (SELECT profile_id FROM {origins} o)

-- name: part_summaries
-- The winner's summaries without the loser's share: her count, and the first and last of what she had, what the log
-- holds of her, and what lies beyond the loser's. Parties locked, rows returned already. Primary keys,
-- events_event_profile_ix.
WITH share AS (
    SELECT name, count, first_at, last_at FROM events_merged_summary
    WHERE merge_id = %(merge_id)s::bigint AND side = 'loser'
), mine AS (
    SELECT name, first_at, last_at FROM events_merged_summary
    WHERE merge_id = %(merge_id)s::bigint AND side = 'winner'
), parted AS (
    SELECT s.name, s.count - share.count AS count,
        coalesce(
            least(mine.first_at, log.first_at, CASE WHEN s.first_at < share.first_at THEN s.first_at END), s.first_at
        ) AS first_at,
        coalesce(
            greatest(mine.last_at, log.last_at, CASE WHEN s.last_at > share.last_at THEN s.last_at END), s.last_at
        ) AS last_at
    FROM share
    JOIN events_summary s ON s.profile_id = %(winner_id)s::bigint AND s.name = share.name
    LEFT JOIN mine ON mine.name = share.name
    CROSS JOIN LATERAL (
        SELECT min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at FROM events_event e
        WHERE e.profile_id = %(winner_id)s::bigint AND e.name = share.name
    ) log
), emptied AS (
    DELETE FROM events_summary s USING parted
    WHERE s.profile_id = %(winner_id)s::bigint AND s.name = parted.name AND parted.count = 0
)
UPDATE events_summary s SET count = parted.count, first_at = parted.first_at, last_at = parted.last_at
FROM parted WHERE s.profile_id = %(winner_id)s::bigint AND s.name = parted.name AND parted.count > 0

-- name: restore_summaries
-- The loser's own summaries, as they were when she was merged. Primary keys.
INSERT INTO events_summary (profile_id, name, workspace_id, shard, count, first_at, last_at)
SELECT %(loser_id)s::bigint, name, %(workspace_id)s::int, %(loser_id)s::bigint %% %(shards)s::int, count, first_at,
    last_at
FROM events_merged_summary WHERE merge_id = %(merge_id)s::bigint AND side = 'loser'

-- name: object_events
-- The system events of objects and of who belongs to them. Who comes to belong is told what the object is like: what
-- changed before, her log does not say. profiles_object_key_uq.
SELECT o.workspace_id, o.profile_id, o.name, o.occurred_at,
       CASE WHEN p.attributes <> '{}' THEN o.said || jsonb_build_object('attributes', p.attributes)
            ELSE o.said END AS properties
FROM (
    SELECT workspace_id, profile_id, name, occurred_at, said::jsonb AS said
    FROM unnest(
        %(object_workspaces)s::int[], %(object_profiles)s::bigint[], %(object_names)s::text[],
        %(object_ats)s::timestamptz[], %(object_said)s::text[]
    ) AS o (workspace_id, profile_id, name, occurred_at, said)
) AS o
LEFT JOIN profiles_object p
    ON o.name = 'Object Related' AND (p.workspace_id, p.kind, p.key) = (o.workspace_id, o.said ->> 'kind', o.said ->> 'key')
    AND p.removed_at IS NULL
