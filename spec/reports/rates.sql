-- Every dated rate of the book.
SELECT r.day, r.from_currency, r.to_currency, r.rate
FROM rate AS r
WHERE r.book_id = :book AND NOT r.deleted
ORDER BY r.day, r.from_currency, r.to_currency, r.id
