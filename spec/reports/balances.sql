-- What whole book months left on each account, by currency.
SELECT r.account_id, r.currency, CAST(SUM(r.amount_minor) AS BIGINT) AS amount_minor
FROM rollup AS r
WHERE r.book_id = :book AND r.month BETWEEN :from_month AND :to_month
  AND (CAST(:account AS TEXT) IS NULL OR r.account_id = :account)
GROUP BY r.account_id, r.currency
