"""What the report and the page share: one style, and scripts as plain modules."""
