-- Models, as the registry knows them; stages are numbers that src/registry.rs names. The artifacts
-- themselves are files elsewhere.
CREATE TABLE model (
    serial {serial},
    id TEXT NOT NULL UNIQUE,
    generator TEXT NOT NULL,
    stage BIGINT NOT NULL,
    canary_percent BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    change_time BIGINT NOT NULL,
    reason TEXT NOT NULL,
    artifact TEXT NOT NULL,
    checksum TEXT NOT NULL,
    n_bytes BIGINT NOT NULL,
    lineage TEXT NOT NULL
);

-- Who may do which work, until when. A row stays when its lease has ended, so that the token grows.
CREATE TABLE lease (
    work TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    token BIGINT NOT NULL,
    end_time BIGINT NOT NULL
);
