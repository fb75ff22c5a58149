"""The hot log: partitioned by the day on which the row was written, read in commit order."""

from django.db import migrations

LOG = """
CREATE SEQUENCE events_event_id_seq CACHE 1;

CREATE TABLE events_event (
    id bigint NOT NULL DEFAULT nextval('events_event_id_seq'),
    -- The writing transaction: readers take whole transactions below the oldest one still running.
    tx_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    -- The wall-clock day (UTC) of writing: partition key, and what duplicate detection and window queries prune by.
    log_day date NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')::date,
    workspace_id integer NOT NULL,
    shard smallint NOT NULL,
    profile_id bigint NOT NULL,
    -- The profile it was written for, when a merge moved it since.
    origin_profile_id bigint,
    source_id integer,
    type text NOT NULL,
    name text NOT NULL,
    -- md5(workspace, source, messageId): one event once, for at least 24 hours.
    message_key uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    properties jsonb NOT NULL,
    context jsonb NOT NULL
) PARTITION BY RANGE (log_day);

ALTER SEQUENCE events_event_id_seq OWNED BY events_event.id;
CREATE UNIQUE INDEX events_event_message_uq ON events_event (log_day, message_key);
CREATE INDEX events_event_tx_ix ON events_event (tx_id, shard);
CREATE INDEX events_event_profile_ix ON events_event (profile_id, name, occurred_at);
CREATE TABLE events_event_default PARTITION OF events_event DEFAULT;

-- How far each consumer has read, by shard: everything below tx_id is done.
CREATE TABLE events_cursor (
    consumer text NOT NULL,
    shard smallint NOT NULL,
    tx_id xid8 NOT NULL,
    PRIMARY KEY (consumer, shard)
);
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [
        migrations.RunSQL(
            LOG, "DROP TABLE events_cursor; DROP TABLE events_event"
        )
    ]
