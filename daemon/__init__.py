"""The running service: command line, camera, loop, config, bindings, actions."""
