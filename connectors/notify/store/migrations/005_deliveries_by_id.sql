-- By its id, or the start of it, whoever the receiver is.
CREATE INDEX deliveries_id ON deliveries (id);
