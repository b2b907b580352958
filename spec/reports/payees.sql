-- The payees that were made last, each with the newest day until today that it has an entry of, NULL when it has none.
-- Reads one row of the payee's index for each.
SELECT p.id, (
    SELECT t.day FROM "transaction" AS t
    WHERE t.book_id = :book AND t.payee_id = p.id AND t.day <= :today AND NOT t.deleted
    ORDER BY t.day DESC, t.id DESC
    LIMIT 1
) AS last_day
FROM payee AS p
WHERE p.book_id = :book AND NOT p.deleted
ORDER BY p.id DESC
LIMIT :most
