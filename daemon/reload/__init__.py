"""Taking up a changed configuration while the daemon runs.

`watcher` notices that the file may have changed, `reloader` reads, checks and builds off the loop
and leaves the result for it, `start` is what the daemon begins with, `wording` says what happened.
"""
