"""The way to the API: settings and credentials, requests and their retries, what an answer means. Nothing of Pulumi.

It imports `errors` and nothing else of the package; `_resource` and the resources import it.
"""
