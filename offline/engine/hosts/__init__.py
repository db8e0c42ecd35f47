"""The processes of a run, each of which speaks Pulumi's protocol: program, providers and policy packs."""
