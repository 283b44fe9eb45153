"""From pixels to smoothed landmarks: model files, tracker, runtimes, filter."""
