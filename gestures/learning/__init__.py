"""Rules fitted to examples: from measured hands to finger states and a few thresholds."""
