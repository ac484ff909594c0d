"""Where staff work: the web console. Every page stands behind a right of `services.roles` and calls services alone."""
