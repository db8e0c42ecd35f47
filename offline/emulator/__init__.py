"""A local stand-in for the Twilio Conversations API, which remembers what it is told.

It is started as a process of its own (`python -m offline.emulator`) and is not a library: nothing here is imported by
the provider, the policy pack or the engine. What it does not do stands first in its README.md.
"""
