"""The page: turns Documents and Answers into HTML and widgets. Everything a document or a person wrote is escaped."""
