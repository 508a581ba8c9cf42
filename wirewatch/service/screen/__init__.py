"""What a person sees: alerts as text, the live screen, plain lines where there is no terminal."""
