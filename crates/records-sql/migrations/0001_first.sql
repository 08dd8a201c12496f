-- Words in braces differ between databases; src/dialect.rs says what they become.
-- Kinds, scopes and flags are numbers; times are microseconds since 1970 UTC; documents are JSON.

-- A shopper and the wrapped key under which their sealed fields are.
CREATE TABLE shopper (
    key {bytes} NOT NULL PRIMARY KEY,
    wrapped_seal_key {bytes} NOT NULL
) {clustered};

-- Whose an outside id is. The fingerprint is keyed: the table does not say which ids it knows.
CREATE TABLE outside_id (
    fingerprint {bytes} NOT NULL,
    kind BIGINT NOT NULL,
    shopper {bytes} NOT NULL REFERENCES shopper (key),
    PRIMARY KEY (fingerprint, kind)
) {clustered};

CREATE INDEX outside_id_by_shopper ON outside_id (shopper, kind);

-- Ids given lately, in the order in which they were given, with their shoppers. Appending here and
-- moving many at once to the two tables above is what makes giving them fast: both tables are in
-- random order. An id that is in outside_id too has been moved already and is not what is said here.
CREATE TABLE newcomer (
    serial {serial},
    fingerprint {bytes} NOT NULL,
    kind BIGINT NOT NULL,
    shopper {bytes} NOT NULL,
    wrapped_seal_key {bytes} NOT NULL
);

-- Keys of the interface; of the key itself only a hash is here.
CREATE TABLE interface_key (
    serial {serial},
    id TEXT NOT NULL UNIQUE,
    shop TEXT NOT NULL,
    scope BIGINT NOT NULL,
    hash {bytes} NOT NULL,
    allowed_origins TEXT NOT NULL,
    create_time BIGINT NOT NULL,
    revoke_time BIGINT
);

CREATE TABLE placement (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    generators TEXT NOT NULL,
    filter TEXT,
    personalization BIGINT NOT NULL
);

-- At most one row: whether personalization is on for the whole shop.
CREATE TABLE personalization_switch (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    personalization BIGINT NOT NULL,
    change_time BIGINT NOT NULL
);

CREATE TABLE audit_entry (
    serial {serial},
    time BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
);

-- Events that were refused; their bodies, and all that is said of them but the code, are sealed.
CREATE TABLE quarantined (
    id {serial},
    key_id TEXT NOT NULL,
    time BIGINT NOT NULL,
    code TEXT NOT NULL,
    sealed {bytes} NOT NULL
);

CREATE INDEX quarantined_by_key ON quarantined (key_id, id);

-- Small facts of the installation, by name.
CREATE TABLE fact (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
