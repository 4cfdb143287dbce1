"""A page of HTML, as a browser shows it."""
