"""How what the project ships is made and measured; none of it is deployed."""
