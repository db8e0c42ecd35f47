"""How the detector's data files are made (`make pii-data`) and what the detector is worth (`make eval-pii`).

It uses `policy.pii`, and nothing uses it: the pack's folder holds the pack and nothing else.
"""
