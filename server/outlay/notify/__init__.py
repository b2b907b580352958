"""What leaves the server to people: mails and text messages."""
