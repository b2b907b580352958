-- Sums of the lines from one day to another, by bucket, account ('' for none) and flow.
-- bucket = (day_number + shift) / width, never negative because shift moves the first bucket to 0.
-- Reads the covering index line_day.
SELECT (l.day_number + :shift) / :width AS bucket, COALESCE(l.account_id, '') AS part,
       l.flow, l.currency, l.base_currency,
       CAST(SUM(l.amount_minor) AS BIGINT) AS amount_minor,
       CAST(COALESCE(SUM(l.base_minor), 0) AS BIGINT) AS base_minor,
       COUNT(*) AS count,
       COUNT(*) - COUNT(l.base_minor) AS count_without_rate
FROM line AS l
WHERE l.book_id = :book AND l.day_number BETWEEN :from_number AND :to_number
  AND l.flow IN (:flow, :flow_too)  -- if :flow
  AND COALESCE(l.account_id, '') = :account  -- if :account
  AND (COALESCE(l.category_id, '') = :category OR l.category_id IN (SELECT c.id FROM category AS c WHERE c.book_id = :book AND c.parent_id = :category))  -- if :category
GROUP BY bucket, part, l.flow, l.currency, l.base_currency
