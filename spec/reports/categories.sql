-- Every live category and the one above it.
SELECT c.id, c.parent_id
FROM category AS c
WHERE c.book_id = :book AND NOT c.deleted
ORDER BY c.id
