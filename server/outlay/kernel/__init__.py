"""What every room stands on: pure functions over values. No clock, no randomness, no I/O but `spec`."""
