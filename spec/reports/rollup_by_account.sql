-- Sums of whole book months, by bucket, account ('' for none) and flow.
-- bucket = (month + shift) / width, never negative because shift moves the first bucket to 0.
SELECT (r.month + :shift) / :width AS bucket, r.account_id AS part, r.flow, r.currency, r.base_currency,
       CAST(SUM(r.amount_minor) AS BIGINT) AS amount_minor,
       CAST(SUM(r.base_minor) AS BIGINT) AS base_minor,
       CAST(SUM(r.count) AS BIGINT) AS count,
       CAST(SUM(r.count_without_rate) AS BIGINT) AS count_without_rate
FROM rollup AS r
WHERE r.book_id = :book AND r.month BETWEEN :from_month AND :to_month
  AND r.flow IN (:flow, :flow_too)  -- if :flow
  AND r.account_id = :account  -- if :account
  AND (r.category_id = :category OR r.category_id IN (SELECT c.id FROM category AS c WHERE c.book_id = :book AND c.parent_id = :category))  -- if :category
GROUP BY bucket, r.account_id, r.flow, r.currency, r.base_currency
HAVING SUM(r.count) > 0
