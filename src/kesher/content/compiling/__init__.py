"""From what an author wrote to what is rendered per person; done once, when a version is saved."""
