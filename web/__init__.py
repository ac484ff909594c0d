"""The public doors: the chat page and its sockets, the widget, policy pages, health and figures."""
