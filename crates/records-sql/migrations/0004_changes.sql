-- How often something was changed that processes hold in memory: what people decide, and whose ids are.
-- Whoever reads a number reads afterwards what it counts, or something newer.
CREATE TABLE change_count (
    name TEXT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL
);

INSERT INTO change_count (name, count) VALUES ('decided', 0), ('moved', 0);

-- The ids that were moved to another shopper lately, by the count at which each was.
CREATE TABLE moved_id (
    number BIGINT NOT NULL PRIMARY KEY,
    fingerprint {bytes} NOT NULL,
    kind BIGINT NOT NULL
);
