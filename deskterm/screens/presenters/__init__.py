"""Pure functions from the desk's values to lines of styled text; nothing here knows a terminal or Textual."""
