"""What is owed to receivers: brought to them, tried again, given up, told of."""
