-- The newest entries of a payee until today.
SELECT t.id, t.day, t.kind, t.currency, t.amount_minor
FROM "transaction" AS t
WHERE t.book_id = :book AND t.payee_id = :payee AND t.day <= :today AND NOT t.deleted
ORDER BY t.day DESC, t.id DESC
LIMIT :most
