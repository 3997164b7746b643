"""The top of the staircase: commands that read the environment, build everything and pass it down."""
