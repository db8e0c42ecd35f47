"""What reaches a person: e-mail addresses, phone numbers and postal addresses, found by their forms."""
