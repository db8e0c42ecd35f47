"""Adoption: write into a stack file what an account has already, so that the next `make up` takes it over.

`account` reads, `names` names, `entries` makes the stack file's data of what was read, `objections` asks the policies,
`sealing` encrypts, `writing` changes the texts, `telling` says what came of it. Nothing is written at Twilio.
"""

from __future__ import annotations
