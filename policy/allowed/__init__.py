"""What is allowed though a detector finds it: reviewed words, how they get there, and what they leave of a finding."""
