"""Content on its way between two sites: one zip that holds a manifest and pictures."""
