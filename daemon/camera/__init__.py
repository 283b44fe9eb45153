"""Cameras and streams that outlive their faults: newest pictures, and word of what is wrong."""
