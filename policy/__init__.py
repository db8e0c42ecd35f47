"""The policy pack: personal data never becomes the name of a service.

The package holds the pack's rules, the detector library `pii` and the command `python -m policy.scan`. It imports
nothing of the provider: what both must know, such as type tokens, stands in both and is compared by a test.
"""
