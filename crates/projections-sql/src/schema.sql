-- What is missing of the schema, made in one transaction. Format 1; see src/sql_projections.rs.
-- A schema that somebody else made for us is used: making one takes a right that not every role has.
DO $$ BEGIN
    IF to_regnamespace('projections') IS NULL THEN
        CREATE SCHEMA projections;
    END IF;
END $$;

-- At most one row: the format of these tables.
CREATE TABLE IF NOT EXISTS projections.state (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    format BIGINT NOT NULL
);

-- Up to where each share of the tables contains the log.
CREATE TABLE IF NOT EXISTS projections.share (
    share BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS projections.decision (
    key BYTEA NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE IF NOT EXISTS projections.outcome (
    key BYTEA NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE IF NOT EXISTS projections.snapshot (
    name TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    n_bytes BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS projections.snapshot_part (
    name TEXT NOT NULL,
    part BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (name, part)
);

-- Trying to compress a state of numbers would take longer than writing it.
ALTER TABLE projections.snapshot_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

INSERT INTO projections.state (only_row, format) VALUES (1, 1) ON CONFLICT DO NOTHING;

INSERT INTO projections.share (share, position)
SELECT share, 0 FROM generate_series(0, 15) AS share ON CONFLICT DO NOTHING;
