"""What a newcomer reads is true."""
