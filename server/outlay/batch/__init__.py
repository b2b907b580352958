"""Work that nobody waits for: what schedules post by themselves. Claimed per book, safe to repeat."""
