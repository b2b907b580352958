-- The first and last day number of a book's lines, NULL when it has none.
SELECT (SELECT MIN(l.day_number) FROM line AS l WHERE l.book_id = :book) AS first_number,
       (SELECT MAX(l.day_number) FROM line AS l WHERE l.book_id = :book) AS last_number
