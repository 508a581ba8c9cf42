-- What a receiver puts off (Retry-After) climbs no step of the schedule: how many of the attempts those were,
-- and for how many milliseconds in all.
ALTER TABLE deliveries ADD COLUMN put_off INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN put_off_ms INTEGER NOT NULL DEFAULT 0;
