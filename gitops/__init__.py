"""What pipelines call: which stacks a change touches, what it would do, deployment as reviewed, a watch for drift.

It runs an engine as a command, the same way for both engines, and imports of other rooms `tools`, and
`providers` for adoption alone, which reads an account by their descriptions.
`python -m gitops --help` lists its commands; docs/gitops.md tells how pipelines use them.
"""
