"""The actors and topics of a newer wirewatch for a config folder, where they are not the user's own."""
