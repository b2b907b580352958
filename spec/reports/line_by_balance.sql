-- What the lines from one day to another left on each account, by bucket and currency, whatever the flow.
-- bucket = (day_number + shift) / width, never negative because shift moves the first bucket to 0.
SELECT (l.day_number + :shift) / :width AS bucket, COALESCE(l.account_id, '') AS part, '' AS flow, l.currency,
       '' AS base_currency,
       CAST(SUM(l.amount_minor) AS BIGINT) AS amount_minor, 0 AS base_minor, 0 AS count, 0 AS count_without_rate
FROM line AS l
WHERE l.book_id = :book AND l.day_number BETWEEN :from_number AND :to_number
  AND COALESCE(l.account_id, '') = :account  -- if :account
GROUP BY bucket, part, l.currency
