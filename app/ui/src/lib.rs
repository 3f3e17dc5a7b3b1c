//! Design tokens, languages, the text widget and the components of both windows.
