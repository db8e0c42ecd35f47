"""States of stacks: where and how they rest, and who may change them."""
