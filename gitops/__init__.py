"""What pipelines call: which stacks a change touches, what it would do, deployment as reviewed, a watch for drift.

It runs an engine as a command, the same way for both engines, and imports none of the other rooms but `tools`.
`python -m gitops --help` lists its commands; docs/gitops.md tells how pipelines use them.
"""
