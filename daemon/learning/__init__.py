"""`gestured learn`: from files of examples to a gesture for the configuration."""
