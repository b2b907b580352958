-- What whole book months left on each account, by bucket and currency, whatever the flow.
-- bucket = (month + shift) / width, never negative because shift moves the first bucket to 0.
-- Grouped by account first: SQLite sorts rows that begin with a text fastest.
SELECT (r.month + :shift) / :width AS bucket, r.account_id AS part, '' AS flow, r.currency, '' AS base_currency,
       CAST(SUM(r.amount_minor) AS BIGINT) AS amount_minor, 0 AS base_minor, 0 AS count, 0 AS count_without_rate
FROM rollup AS r
WHERE r.book_id = :book AND r.month BETWEEN :from_month AND :to_month
  AND r.account_id = :account  -- if :account
GROUP BY r.account_id, r.currency, bucket
