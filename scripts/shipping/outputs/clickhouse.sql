-- ClickHouse: rows with the same event.id become one. Fed from the collector's
-- file (Debian has no module of rsyslog for it):
--
--   unique.py events.ndjson |
--       clickhouse-client --query 'INSERT INTO pydetect.events (document) FORMAT JSONAsString'
--
-- and asked with FINAL, which hides what has not been merged yet:
--
--   SELECT time, host, rule, command_line FROM pydetect.events FINAL ORDER BY time DESC LIMIT 20

CREATE DATABASE IF NOT EXISTS pydetect;

CREATE TABLE IF NOT EXISTS pydetect.events
(
    document String,
    id String MATERIALIZED JSONExtractString(document, 'event', 'id'),
    time DateTime64(9, 'UTC') MATERIALIZED
        parseDateTime64BestEffort(JSONExtractString(document, '@timestamp'), 9, 'UTC'),
    host LowCardinality(String) MATERIALIZED JSONExtractString(document, 'host', 'name'),
    rule LowCardinality(String) MATERIALIZED JSONExtractString(document, 'rule', 'name'),
    verdict LowCardinality(String) MATERIALIZED JSONExtractString(document, 'pydetect', 'verdict'),
    user LowCardinality(String) MATERIALIZED JSONExtractString(document, 'user', 'name'),
    command_line String MATERIALIZED JSONExtractString(document, 'process', 'command_line')
)
ENGINE = ReplacingMergeTree
ORDER BY id;
