"""The yardstick: Django as `startproject` makes it, with three views that do next to nothing."""
