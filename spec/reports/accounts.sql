-- The accounts that hold something: archived ones too, deleted ones not.
SELECT a.id, a.currency, a.opening_minor, a.position
FROM account AS a
WHERE a.book_id = :book AND NOT a.deleted
ORDER BY a.position, a.id
