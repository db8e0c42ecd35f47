"""What is leant on of Pulumi's provider host without being its interface: each module says what is if it changes."""
