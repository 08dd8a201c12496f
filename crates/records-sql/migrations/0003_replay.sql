-- Where the history ended when a refused event was first taken in again: whoever goes on after a crash
-- looks behind that place whether it is there already.
ALTER TABLE quarantined ADD COLUMN replay_begun BIGINT;
