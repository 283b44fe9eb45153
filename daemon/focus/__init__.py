"""Which application has the focus: a module for each system that tells, and what patterns match."""
