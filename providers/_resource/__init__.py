"""The Pulumi side of every resource: checking, comparing, making once, adopting, owning, letting go.

It imports `_api` and `errors`; the resources, one file each beside this folder, import both.
"""
