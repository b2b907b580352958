"""What a person may ask about what is kept of them: a copy, an end, their consent; and how long anything is kept."""
