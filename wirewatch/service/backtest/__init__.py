"""What a backtest told, kept for as long as it takes to show it."""
