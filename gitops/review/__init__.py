"""What a deployment is held against: the reviewed operations, and digests of what a report does not show."""
