"""What is not Twilio's: control routes, a page for people, and what is ordered by them or told there."""
