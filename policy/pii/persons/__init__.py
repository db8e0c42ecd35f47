"""Names of people: words are marked, what is marked is weighed, and lists alone tell some."""
