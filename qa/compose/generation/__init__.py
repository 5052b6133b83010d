"""Questions made of a document by rule: of its statements, of what it tells its reader to do, of its headings."""
