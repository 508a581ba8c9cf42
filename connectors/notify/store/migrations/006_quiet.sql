-- When a receiver last asked to be left alone (Retry-After), and until when; the last word counts.
ALTER TABLE receivers ADD COLUMN quiet_asked INTEGER;
ALTER TABLE receivers ADD COLUMN quiet_until INTEGER;
