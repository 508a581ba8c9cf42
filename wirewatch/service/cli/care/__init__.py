"""Commands that check and repair: config, state, dead letters, backups, the doctor."""
