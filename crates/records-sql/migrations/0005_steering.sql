-- How a placement's products are put in order, as a document: what it does not name is as it always was.
ALTER TABLE placement ADD COLUMN steering TEXT NOT NULL DEFAULT '{}';
