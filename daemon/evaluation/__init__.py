"""How well the tracker and the rules do on examples that somebody has labelled."""
