"""Makes questions of a document by rule: of its statements, its instructions, its headings."""
