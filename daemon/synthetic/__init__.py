"""A hand that can be drawn: posed, moved, rendered, and known joint by joint.

For the demo and for tests: clips whose truth is known. They test the pipeline, the rules, the
smoothing and the tracking, and say nothing of accuracy on people.
"""
