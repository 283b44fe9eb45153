"""From landmarks to gesture events: pure code without input, output, clock or threads."""
